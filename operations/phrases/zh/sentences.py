"""标题、下一步，以及句中的零件。"""

from __future__ import annotations

HEADINGS = {
    "case": "贷款 {loan} 的催收案件：{state}",
    "state.open": "进行中，{stage}，由{handled_by}处理",
    "state.watched": "进行中，已回正、观察期内，由{handled_by}处理",
    "state.closed": "已结案，{outcome}",
    "state.unopened": "尚未入催",
    "parties": "当事人",
    "money": "{on} 的款项（{zone}）",
    "transactions": "还款、冲正与减免",
    "standing": "现状",
    "facts": "经过（{zone} 时间）",
    "next": "下一步",
    "none": "无",
}

STEPS = {
    "act": "现在：{action}，因为{why} [{rule}]",
    "decide": "现在：作出决定，因为{why} [{rule}]",
    "wait": "等到 {until}：{why} [{rule}]",
    "wait_open": "等待新情况：{why} [{rule}]",
    "wait_person": "等待人工处理：{why} [{rule}]",
    "done": "无：{why}",
    "opening": "正在打开案件",
    "workflow": "工作流（{now}，第 {head} 条事实）：{doing}",
    "workflow_silent": "工作流没有回答；以上依据台账",
    "workflow_none": "没有正在运行的工作流",
    "recover": "此案未结，却没有工作流：请运行 `starter.py recover`",
}

_HEAD = {
    "party": "{role}：{party}（{kind}，时区 {zone}，{language}）{points}",
    "points": "；{points}",
    "no_zone": "不详",
    "money": "逾期 {arrears}，自 {since} 起（{days} 天，{bucket}）；未还 {outstanding}；已还 {paid}{waived}",
    "money_clear": "无逾期；未还 {outstanding}；已还 {paid}{waived}",
    "money_unread": "尚未读取账户",
    "waived": "；已减免 {amount}",
    "payment": "{value_date}  {amount}  还款 {reference}",
    "reversal": "{value_date}  {amount}  {reference} 冲正 {reverses}",
    "waiver": "{value_date}  {amount}  减免 {reference}",
}

_STANDING = {
    "hold": "停催事由 {hold}：{kind}（{reason}），及于{scope}{until}",
    "accelerated": "自 {on} 起全部贷款提前到期",
    "written_off": "{on} 已核销，账销案存",
    "agreement": "现有约定 {agreement}：{terms}",
    "agreement_runs": "约定以来已还 {paid}；不迟于 {due_on} 应还 {due}，{at} 核定",
    "offered": "{made_by} 提出的方案 {offer}：{terms}；{expires} 前有效",
    "waiting": "待审批 {approval}（{asked_by} 提请）：{asked}；{why}",
    "wishes": "借款人希望：{wish}",
    "agreements_before": "以往约定：{past}",
    "agreement_before": "{kind}{ended}",
    "visit": "外访 {attempt}，{at}：{came}",
    "visit_open": "尚无结果",
    "visit_off": "已撤回",
    "suit": "诉讼{reference}：{milestones}",
    "milestone": "{on} {milestone}",
    "papers": "诉讼材料：{pieces}",
    "kept_back": "自 {since} 起有一则文字未获准发出（{code}）",
    "silent": "{system}自 {since} 起没有回应（{code}，{count} 次）",
}

_TERMS = {
    "terms.promise": "承诺还款，{parts}",
    "terms.plan": "就{covers}分 {count} 期偿还，共 {total}：{parts}",
    "terms.settlement": "一次性结清，{parts}，款到后减免 {waived}",
    "terms.part": "不迟于 {due_on} 还 {amount}",
    "terms.tolerance": "（容差 {amount}、{days} 天）",
    "asked.acceleration": "宣布贷款提前到期",
    "approved_as": "，审批 {approval}",
    "offered_as": "，方案 {offer}",
    "taken_back": "，因还款被冲正",
    "approved": "批准",
    "not_approved": "不批准",
}

_CONTACT = {
    "obligations": "；须{obligations}",
    "purpose.dunning": "",
    "purpose.reply": "，答复借款人",
    "purpose.court_service": "，代法院送达",
    "purpose.locate": "，仅询问如何联系借款人",
    "grants.hours": "在其他时段联系",
    "grants.attempts": "增加触达次数",
    "agreed_hours": "，其当地时间 {open} 至 {close}",
    "agreed_most": "，至多 {most} 次",
    "notice_arrived": "，已证明送达",
    "allows": "准许",
    "forbids": "不准许",
    "purpose.statutory_notice": "，法定通知",
    "appointment": "，约定 {at}，{team} 人",
    "finding": "{rule}",
    "finding_until": "{rule}（至 {until}）",
    "finding_release": "{rule}（直到{release}）",
    "reference": "（网关编号 {reference}）",
    "shadow": "；影子模式，仅记录、未实际发送",
    "identity": "，已核实身份",
    "came_in": "，客户来电",
    "impression.willingness": "，还款意愿{level}",
    "impression.ability": "，还款能力{level}",
    "cause": "，逾期原因：{cause}",
    "wish": "，希望{wish}",
    "promise": "，承诺不迟于 {due_on} 还 {amount}",
    "quiet": "，{until} 之前不再联系",
    "note": "（备注 {note}）",
    "recording": "（录音 {recording}）",
    "too_late": "，为时已晚：已在进行，待其回报",
}

_KNOWN = {
    "piece": "{piece}{state}",
    "provisional": "初步",
    "heard": "通话后",
    "graded": "；{what} {figure}/100，{grade}（{reasons}）",
    "nothing_known": "无所知",
    "record": "；还款记录（截至 {as_of}）",
    "record.months": "：逐月逾期月数 {months}（由近及远）",
    "record.limit": "，额度 {limit}",
    "record.spent": "，最近一月用款占额度 {spent}%",
    "record.paid": "，账单已还 {paid}%",
    "record.score": "，外部评分 {score}",
    "assessed_placed": "；客群 {segment}，处置方案 {treatment}{arm}",
    "assessed_arm": "，试验 {experiment} 的 {arm} 组",
    "assessed_cause": "；逾期原因：{cause}",
}

_COURT = {
    "claim": "，标的 {amount}",
    "court_reference": "（{reference}）",
    "awarded": "，判给 {amount}",
    "court_code": "，{code}",
}

_GENERAL = {
    "list": "、",
    "pieces": "；",
    "until": "，至 {until}",
    "review": "，{at} 复核",
    "evidence": "（凭证 {evidence}）",
    "against": "，被投诉人 {against}",
    "complicated": "，情况复杂",
    "received": "，{at} 收到",
    "asked_for_by": "，由 {asked_by} 提请",
    "correction": "，已纠正：{correction}",
    "complaint": "投诉 {complaint}（{reason}）{against}，须于 {due} 前答复",
    "told_before": "，事先告知 {attempt}",
    "may.contact": "可与其联系",
    "may.agreements": "可与其联系并达成约定",
    "scope.debt": "本笔债务",
    "scope.borrower": "该借款人名下全部贷款",
    "asked": "待办：{ask}{about}{deadline}",
    "about": "（{about}）",
    "deadline": "，{deadline} 前",
}

PARTS = {**_HEAD, **_STANDING, **_TERMS, **_CONTACT, **_KNOWN, **_COURT, **_GENERAL}
