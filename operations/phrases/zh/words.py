"""封闭词表中各代码的中文：案件、约定、停催、诉讼、系统与指令。"""

from __future__ import annotations

from operations.phrases.zh import kinds, people

_CASE = {
    "assessment": "评估",
    "contact": "触达",
    "negotiation": "协商",
    "field_visit": "外访",
    "litigation": "诉讼",
    "robot": "系统",
    "collector": "催收员",
    "law_firm": "律所",
    "cured": "逾期已还清（回正）",
    "paid_off": "全部结清",
    "settled": "减免结清",
    "sold": "债权转让",
    "extinguished": "债权消灭",
    "closed_by_bank": "由银行结案",
    "nothing_due": "无逾期",
}

_AGREED = {
    "promise": "承诺还款",
    "plan": "分期",
    "settlement": "一次性结清",
    "acceleration": "提前到期",
    "arrears": "逾期金额",
    "balance": "全部余额",
    "kept": "兑现",
    "broken": "跳票",
    "replaced": "被取代",
}

_HOLDS = {
    "deceased": "借款人去世",
    "insolvency": "破产",
    "stopped": "停止一切联系",
    "minor": "未成年人",
    "incapacity": "无民事行为能力",
    "moratorium": "债务宽免期",
    "military": "服兵役",
    "represented": "有代理人",
    "identity_fraud": "身份冒用",
    "dispute": "异议",
    "complaint": "投诉",
    "hardship": "困难",
    "new_suit": "起诉",
    "court_steps": "诉讼步骤",
    "reported": "据报",
    "borrower_disputes": "借款人提出异议",
    "borrower_request": "借款人要求",
}

_COURT = {
    "ready": "材料齐备",
    "demanded": "已发诉前催告",
    "demand_arrived": "诉前催告已送达",
    "filed": "已提交起诉材料",
    "returned": "退回补正",
    "accepted": "立案",
    "mediated": "达成调解",
    "judgment": "判决",
    "dismissed": "驳回",
    "effective": "已生效",
    "enforcement_applied": "已申请强制执行",
    "enforced": "已执行",
    "terminated": "终结本次执行",
    "property_found": "发现可供执行的财产",
    "withdrawn": "撤诉",
    "file": "提交起诉材料",
    "apply_for_enforcement": "申请强制执行",
    "check_property": "查询财产",
    "withdraw": "申请撤诉",
    "identity": "身份材料",
    "contract": "借款合同",
    "statements": "账户流水",
    "service_address": "送达地址确认",
    "there": "在档",
    "missing": "缺失",
    "requested": "补调中",
    "by.notice": "通知书已送达",
    "by.complaint": "起诉状副本已送达",
    "no_property": "无可供执行的财产",
}

_SYSTEMS = {
    "core_banking": "核心系统",
    "credit_bureau": "征信机构",
    "messaging": "消息网关",
    "telephony": "电话网关",
    "field_force": "外访系统",
    "wording": "措辞核查",
    "documents": "档案系统",
    "court": "法院",
}

_COMMANDS = {
    "pause": "停催",
    "resume": "恢复",
    "record_contact": "记录通话",
    "accept_promise": "接受承诺还款",
    "offer_plan": "提出方案",
    "accept_plan": "接受方案",
    "decide_approval": "审批",
    "record_visit": "记录外访",
    "record_court_step": "记录诉讼进展",
    "open_hold": "登记停催事由",
    "end_hold": "解除停催事由",
    "escalate": "转阶段",
    "adopt_policy": "改用策略",
    "close_by_bank": "由银行结案",
}

_ACTIONS = {
    "read_account": "读取账户",
    "read_credit_record": "查询征信",
    "make_contact": "进行触达",
    "resolve_attempt": "查明触达结果",
    "call_off": "撤回任务",
    "check_file": "查档",
    "request_documents": "补调材料",
    "book_waiver": "减免入账",
    "take_court_step": "办理诉讼步骤",
}

_ASKS = {
    "ask.call": "催收员致电，并记录结果（`record-contact`）",
    "ask.visit": "外访并回报结果（`record-visit`）",
    "ask.offer": "向借款人提出方案（`offer-plan`、`accept-promise`）",
    "ask.approval": "由提请人以外的人审批（`decide-approval`）",
    "ask.court": "向法院查询，并记录其答复（`record-court-step`）",
    "ask.documents": "找齐所缺材料",
    "ask.collect": "由催收员处理；`resume` 可恢复自动催收",
    "ask.look": "操作员查看后恢复（`resume`）",
    "ask.small_arrears": "决定小额欠款如何处理",
    "ask.reconcile": "查明核心系统所报金额与其账目为何不符",
    "ask.pause": "操作员解除停催（`resume`）",
    "ask.dispute": "核查并答复异议（`end-hold`）",
    "ask.complaint": "由无关人员答复投诉（`end-hold`）",
    "ask.hardship": "了解借款人的承受能力（`offer-plan`、`end-hold`）",
    "ask.estate": "处理遗产事宜（`end-hold`、`close`）",
    "ask.insolvency": "申报债权并遵守中止（`end-hold`、`close`）",
    "ask.stopped": "借款人不得联系，由专人决定如何处理",
    "ask.guardian": "查明谁可代借款人行事（`fact BORROWER representative`、`end-hold`）",
    "ask.military": "落实对服兵役借款人的保护（`end-hold`）",
    "ask.represented": "核实委托，并与代理人办理（`end-hold`）",
    "ask.identity_fraud": "查明贷款由何人办理（`end-hold`、`close`）",
}

WORDS = {
    **people.WORDS,
    **kinds.WORDS,
    **_CASE,
    **_AGREED,
    **_HOLDS,
    **_COURT,
    **_SYSTEMS,
    **_COMMANDS,
    **_ACTIONS,
    **_ASKS,
}
