"""每一类事实的中文句子。"""

from __future__ import annotations

_LIFE = {
    "episode_opened": "入催：自 {overdue_since} 起逾期；策略 {policy}；第 {epoch} 任",
    "episode_reopened": "因再次欠款，案件重新打开；第 {epoch} 任",
    "taken_over": "此后由另一次运行接管；第 {epoch} 任",
    "rebuilt": "工作流与台账所记的过去不一致：已按台账重建案件",
    "stage_entered": "进入{stage}阶段：{why} [{rule}]",
    "cured": "回正：{why} [{rule}]",
    "relapsed": "再次逾期：{why} [{rule}]",
    "policy_adopted": "{actor} 将案件改用策略 {policy}（{reason}）",
    "case_closed": "结案，{outcome}：{why} [{rule}]",
    "handed_to_person": "转交催收员：{why} [{rule}]",
    "parked": "挂起待查，待人工查看：{why} [{rule}]",
}

_KNOWN = {
    "account_read": "读取核心系统账户（截至 {as_of}）：逾期 {arrears}，未还 {outstanding}{record}",
    "credit_record_read": "依授权 {authorisation} 查询征信：等级 {grade}，贷款机构 {lenders} 家，他处逾期 {past_due} 户",
    "file_checked": "查档：{pieces}",
    "documents_requested": "补调材料：{pieces}",
    "document_arrived": "材料到档：{piece}",
    "assessed": "{view}评估：{segment}，{tier}；{reasons}{placed}{graded}{cause} [{rule}]",
    "outside_failed": "{system}未能完成（{code}）",
}

_CONTACT = {
    "attempt_reserved": "{channel}触达 {party}（{point}，模板 {template}{purpose}）：准许，并预留为 {attempt}{appointment}"
    "{choice}{obligations}{covers}",
    "attempt_refused": "{channel}触达 {party}（{point}）{verdict}，未发出：{findings}",
    "attempt_sending": "触达 {attempt} 正在发出{covers}",
    "attempt_sent": "触达 {attempt} 已发出{reference}{shadow}",
    "attempt_unknown": "触达 {attempt}：网关没有回音（{code}）；查明之前计入次数",
    "attempt_released": "触达 {attempt} 在发出前取消（{code}）",
    "attempt_covered": "贷款 {by_loan} 的触达 {attempt}（{channel}，致 {party}，{point}）一并提及本笔贷款，逾期 {arrears}",
    "cover_ended": "一并提及本笔贷款的触达 {attempt} {ended}{reference}{shadow}{why}",
    "contact_result": "触达 {attempt}：{result}{recording}",
    "contact_recorded": "催收员 {collector} 的通话记录：{result}{identity}{came_in}{impression}{cause}{wish}{promise}"
    "{means}{quiet}{note}",
    "inbound_contact": "借款人主动联系（{channel}）：{intent}（{inbound}）",
    "credit_reported": "已报送征信：{status}，逾期 {amount}、{days_past_due} 天{notice}{shadow}",
    "credit_error_told": "{taken_by} 受理征信异议 {error}（{reason}）{evidence}",
    "credit_error_answered": "{answered_by} 核查征信异议 {error}：{outcome}（{reason}）",
    "complaint_opened": "{taken_by} 受理投诉 {complaint}（{reason}）{against}{complicated}{received}{evidence}",
    "complaint_extended": "投诉 {complaint} 延长答复期限：{more_time}（{reason}），{approved_by} 批准{asked}",
    "collectors_removed": "因贷款 {loan_id} 的投诉 {complaint}，{against} 不得再经办该借款人名下任何贷款",
    "collectors_cleared": "贷款 {loan_id} 的投诉 {complaint} 不属实，被投诉人可再经办该借款人的贷款",
    "complaint_decided": "{decided_by} 对投诉 {complaint} 作出答复：{outcome}（{reason}）{correction}{evidence}",
    "task_called_off": "任务 {attempt} 撤回（{code}）{too_late}",
    "visit_reported": "外访 {attempt}，{staff} 人到场：{result}{promise}{note}",
}

_MONEY = {
    "payment_posted": "还款 {reference}：{amount}，起息日 {value_date}{meant}{shared}",
    "payment_reversed": "还款 {reverses} 被全额冲正（{reference}），起息日 {value_date}{contested}",
    "waiver_booked": "核心系统减免入账 {amount}{made_of}（{reference}），起息日 {value_date}",
    "difference_explained": "{explained_by} 说明核心系统所报金额较其账目{differs} 的原因（{explanation}，{reason}），"
    "经 {approved_by} 批准，以核心系统所报为准{evidence}",
    "explanation_lapsed": "差额说明 {explanation} 失效：{why} [{rule}]",
    "explanation_withdrawn": "{withdrawn_by} 撤回差额说明 {explanation}（{reason}）",
    "waiver_reversed": "核心系统冲回减免 {reverses}，金额 {amount}（{reference}），起息日 {value_date}",
    "interest_charged": "核心系统分期利息入账 {amount}（{reference}），起息日 {value_date}",
}

_NEGOTIATION = {
    "offer_made": "{made_by} 提出方案：{terms}；{expires_at} 前有效（{offer}，条款 {terms_hash}{approval}{row}）",
    "offer_lapsed": "方案 {offer} 失效：{why} [{rule}]",
    "agreement_made": "达成约定（{channel}）：{terms}；经办 {taken_by}{representative}{identity}"
    "（{agreement}{offer}{approval}{row}）",
    "agreement_kept": "约定兑现：{agreement}，已还 {paid} [{rule}]",
    "agreement_broken": "约定跳票：{agreement}，截至 {due_on} 应还 {due}，已还 {paid}{back}{revives} [{rule}]",
    "certificate_issued": "已向借款人出具结清证明（约定 {agreement}）{reference}{shadow}",
    "certificate_voided": "约定 {agreement} 的结清证明作废：{why} [{rule}]",
    "approval_requested": "{asked_by} 提请审批 {approval}：{asked}；{why} [{limit}]{asks}{worth}{evidence}；"
    "{deadline} 前答复",
    "approval_decided": "{decided_by} {as_role}{decided} {approval}（{reason}{row}）",
    "approval_lapsed": "审批 {approval} 过期：{why} [{rule}]",
    "restriction_set": "已告知核心系统：{restriction}，{change}（{reason}）{approval}{shadow}",
    "restriction_lift_asked": "{asked_by} 决定解除{restriction}（{reason}）",
}

_LITIGATION = {
    "accelerated": "自 {on} 起全部贷款提前到期（{by}）：{why} [{rule}]",
    "milestone_reached": "诉讼 {on}：{milestone}；{why} [{rule}]",
    "court_step_taken": "诉讼 {on}：{step}（{reference}）{claim}",
    "court_reported": "法院 {on} 消息：{milestone}{reference}{amount}{code}",
}

_PEOPLE = {
    "paused": "{actor} 对本案停催（{reason}）{until}",
    "resumed": "{actor} 恢复催收（{reason}）",
    "command_refused": "{actor} 的指令“{command}”被拒绝：{why} [{rule}]",
    "signal_rejected": "收到无法理解的消息 {signal}：{errors}",
    "fact_conflicted": "{fact_id} 再次送达而内容不同；以先到者为准，请人工查看",
    "hold_opened": "{actor} 登记停催事由 {hold}：{hold_kind}（{reason}），及于{scope}{review}{evidence}",
    "hold_ended": "{actor} 解除停催事由 {hold}（{reason}）",
    "consent_given": "借款人同意{grants}（{consent}）：渠道{channels}{hours}{most}{until}{evidence}",
    "consent_withdrawn": "借款人撤回同意 {consent}",
    "party_refused": "{party} 拒绝就借款人一事被联系",
    "notice_given": "{actor} 登记已发出的告知：{notice}{arrived}{evidence}",
    "contact_reviewed": "{actor} 审阅后{decided}规则 {rule} 下的触达（{reason}）{until}",
    "channel_opted_out": "借款人不愿再以{channel}接收联系",
    "channel_opted_in": "借款人同意以{channel}联系",
    "contact_stopped": "停止对借款人的一切联系（{reason}）",
    "contact_allowed": "恢复对借款人的联系（{reason}）",
    "borrower_deceased": "借款人已去世",
    "representative_named": "{party_id} 以{role}身份代借款人行事，{may}{evidence}",
    "representative_removed": "{party_id} 不再代借款人行事（{reason}）{evidence}",
    "racket_suspected": "{suspected_by} 认为代借款人行事的 {party_id} 涉嫌代理维权黑产（{reason}）{evidence}",
    "racket_reviewed": "{decided_by} 核查 {party_id} 涉嫌代理维权黑产一事：{found}（{reason}）{evidence}",
    "contact_point_added": "{party} 新增{point_kind}{use}：{point}",
    "contact_point_invalid": "{point} 已联系不到本人",
}

FACTS = {**_LIFE, **_KNOWN, **_CONTACT, **_MONEY, **_NEGOTIATION, **_LITIGATION, **_PEOPLE}
