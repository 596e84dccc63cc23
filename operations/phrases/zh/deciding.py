"""理由：案件、账户、联系、停催、款项、阶段，以及对案件的指令。"""

from __future__ import annotations

from operations.phrases import wordings

_CASE = {
    "case.closed": "案件已结",
    "case.opening": "正在打开案件",
    "case.opens_at": "银行要求届时入催",
    "case.not_open": "案件尚未到打开的时间，其间不作任何办理",
    "case.parked": "案件挂起待查",
    "case.superseded": "案件已由另一次运行接管，请重发指令",
    "clock.behind_ledger": "台账时间在前，未到时间不作决定",
    "account.first": "作出任何决定之前先读取核心系统账户",
    "account.before_contact": "触达之前重新读取账户",
    "account.before_visit": "外访之前重新读取账户",
    "account.before_judging": "核定约定之前重新读取账户",
    "account.before_court": "办理诉讼步骤之前重新读取账户",
    "account.watch": "读取账户，看当期是否已还",
    "account.closed": "该次逾期已结案，再读账户看是否又有欠款",
    "account.differs": "核心系统所报金额与其账目不符，待人工查明",
    "money.charged_back": "还款被拒付，付款人不予认可，待人工查明",
    "account.explained": "对账差额已说明，以核心系统所报为准",
    "account.explanation_past": "差额已变，原说明失效",
    "explain.no_difference": "核心系统所报金额与其账目相符，没有差额可说明",
    "explain.other_amounts": "所说明的金额不是现有的差额",
    "explain.already": "该差额已说明",
    "explain.waiting": "已有一份说明待审批",
    "withdraw.nothing": "本案没有生效或待审批的差额说明",
    "account.stale": "核心系统的账户数据过旧，待人工查明",
    "account.unread": "账户尚未读取，所欠不明；请稍后再试",
    "outside.retry": "外部系统没有回应，届时再试",
    "outside.given_up": "外部系统多次没有回应，待人工查看",
    "wording.withheld": "措辞规则不准发出该文字，待人工查看",
    "loop.no_progress": "同一步骤没有进展，待人工查看",
}

_CONTACT = {
    "guard.review": "规则要求先由专人审阅",
    "attempt.resolve": "查明已开始的触达结果如何",
    "assessment.bureau": "依借款人授权查询征信",
    "assessment.provisional": "初步评估，尚未与本人通话",
    "assessment.heard": "通话之后重新评估",
    "contact.quiet": "已答应给借款人时间",
    "contact.party_refused": "有人拒绝就借款人一事被联系，对其名下所有贷款均不再联系此人",
    "contact.unreachable": "已无可用的联系方式，请催收员查看",
    "policy.grace": "柔性处理期内不联系",
    "policy.ignore_arrears": "逾期金额过小，不予打扰",
    "policy.ladder.": "按策略的下一次触达",
    "policy.segment": "贷款已归入另一客群，适用其处置方案",
    "policy.person": "各种联系方式均已用过，转人工",
    "task.human_call": "等催收员致电并记录结果",
    "task.visit": "等外访人员按约前往并回报结果",
    "task.call_off": "撤回不再需要的任务",
    "task.too_late": "任务已在进行，等其回报",
    "visit.send": "安排外访",
    "visit.done": "外访已无可为",
}

_HOLDS = {
    "hold.deceased": "借款人已去世，由专人处理遗产事宜",
    "hold.insolvency": "借款人破产，由专人申报债权并遵守中止",
    "hold.stopped": "不得联系借款人，由专人决定",
    "hold.pause": "操作员已停催",
    "hold.dispute": "借款人对债务有异议，由专人核查",
    "hold.complaint": "借款人投诉，先由无关人员答复",
    "hold.hardship": "借款人有困难，在专人了解之前不作任何催要",
    "hold.self_harm": "借款人提及自伤，由主管立即处理",
    "hold.for_all_loans": "借款人提及自伤，其名下全部贷款停止催收",
    "hold.minor": "借款人未成年，须查明其监护人",
    "hold.incapacity": "借款人不能处理自己的事务，须查明可代其行事之人",
    "hold.moratorium": "借款人在债务宽免期内",
    "hold.military": "借款人在服兵役，由专人落实对其的保护",
    "hold.represented": "有人代借款人行事，由专人与其办理",
    "hold.identity_fraud": "贷款可能系他人冒名办理，由专人查明",
    "hold.already": "已有同类停催事由；要更改请先解除",
    "hold.past": "复核时间已过",
    "hold.no_review": "该类停催事由不会自行解除，不应给出复核时间",
    "hold.is_complaint": "投诉须以答复了结：属实或不属实",
    "complaint.answer": "投诉须由无关人员答复",
    "complaint.late": "投诉答复已逾期",
    "complaint.own": "被投诉人不得受理该投诉",
    "complaint.future": "收到投诉的时间在现在之后",
    "complaint.extended": "投诉答复期限已延长过",
    "complaint.not_complicated": "情况复杂的投诉才可由上级批准延长",
    "complaint.senior": "上级批准延长须由他人提请",
    "complaint.involved": "与投诉有关的人不得决定",
    "complaint.removed": "被投诉人不得经办该借款人名下任何贷款",
    "complaint.for_all_loans": "被投诉人是否回避，告知该借款人名下全部贷款",
    "complaint.correction": "不属实的投诉无须纠正",
    "complaint.unknown": "本案没有这项待答复的投诉",
    "dispute.answer": "异议须予答复",
    "dispute.late": "异议答复已逾期",
    "bureau.notice": "报送征信前告知借款人",
    "bureau.report": "报送征信",
    "bureau.retry": "征信机构未应答，稍后再报",
    "bureau.error": "征信异议须予核查答复",
    "bureau.error_late": "征信异议答复已逾期",
    "bureau.error_open": "已有征信异议在核查",
    "bureau.error_unknown": "没有这项在核查的征信异议",
    "bureau.not_reported": "本案未曾报送征信",
    "bureau.unproven": "应报送征信，但尚无事先告知已送达的凭证",
    "duty.before_closing": "结案前须先办妥应办事项",
    "hold.no_end": "该类停催事由到期自行解除，须给出到期时间",
    "hold.unknown": "本案没有这项停催事由",
}

_MONEY = {
    "money.paid_off": "全部余额已还清",
    "money.settled": "一次性结清款已到，余额已减免",
    "money.nothing_due": "账户没有逾期款项",
    "money.cured": "逾期款项已还清",
    "money.on_its_way": "款项已到、尚未起息，不再催要",
    "watch.reminder": "已回正，下一期到期前提醒",
    "watch.next": "已回正，观察下一期是否按时还款",
    "watch.over": "已回正，观察期内按时还款",
    "watch.relapsed": "回正后再次欠款",
}

_STAGES = {
    "stage.contact": "评估完成，开始触达",
    "stage.contact.resumed": "未有约定，触达手段尚未用尽，恢复触达",
    "stage.relapsed": "回正后再次欠款，重新评估",
    "stage.negotiation.agreed": "已有承诺、方案、约定或待审批事项，转入协商",
    "stage.negotiation.wished": "借款人要求宽延、分期、减免结清或回电，转入协商",
    "stage.field_visit": "电话与消息均已用尽，转外访",
    "stage.litigation": "电话与消息均已用尽，转诉讼",
    "stage.litigation.resumed": "未有约定，恢复已开始的诉讼",
    "command.escalate": "由操作员转阶段",
    "command.close_by_bank": "由银行结案",
}

_COMMANDS = {
    "review.unknown": "该规则不将任何触达送审",
    "review.past": "给出的截止时间已过",
    "update.id_taken": "该编号已用于另一指令，请另给编号",
    "pause.already": "案件已停催；要更改请先恢复",
    "pause.past": "停催的截止时间已过",
    "resume.nothing": "案件没有停催、挂起或转人工，无可恢复；停催事由须予解除，不能恢复",
    "escalate.": "现在不能转入该阶段",
    "policy.same": "案件已在该策略之下",
    "policy.unknown": "台账中没有发布过该策略，或该策略尚待审批",
    "close.attempt_open": "尚有一次触达未了结，请稍后再试",
    "close.task_open": "尚有任务在办，请先停催将其撤回",
    "close.at_court": "诉讼未了，请先撤诉并记录，再行结案",
    "record.unknown_attempt": "本案没有这次触达；客户来电请勿注明触达",
    "record.identity": "谈及债务须先核实身份",
    "record.past": "给出的时间已过",
    "record.means": "还款能力须在与本人通话时了解",
    "record.promise": "该结果不应附有还款承诺",
    "record.unknown_visit": "本案没有这次外访",
    "record.visit_known": "该次外访已有结果",
    "record.visit_early": "外访时间未到，不可能已有结果",
    "record.future": "日期在今日之后，只记录已发生的事",
    "record.court_order": "诉讼尚未进行到这一步",
}

RULES = {**_CASE, **_CONTACT, **_HOLDS, **_MONEY, **_STAGES, **_COMMANDS}

_ASKED_ABOUT = wordings(
    (r"the borrower died: a person deals with the estate", _HOLDS["hold.deceased"]),
    (r"the borrower is insolvent: a person files the claim and heeds the stay", _HOLDS["hold.insolvency"]),
    (r"the borrower is not to be contacted: a person decides", _HOLDS["hold.stopped"]),
    (
        r"the borrower spoke of harming themselves: a supervisor sees to it now",
        _HOLDS["hold.self_harm"],
    ),
    (
        r"the borrower spoke of harming themselves: collection stops on all loans",
        _HOLDS["hold.for_all_loans"],
    ),
    (r"the borrower is a minor: a guardian is to be found", _HOLDS["hold.minor"]),
    (
        r"the borrower cannot manage their affairs: somebody who may act for them is to be found",
        _HOLDS["hold.incapacity"],
    ),
    (r"the borrower has a respite of debts until a day", _HOLDS["hold.moratorium"]),
    (r"the borrower serves in the forces: a person sees to what protects them", _HOLDS["hold.military"]),
    (r"somebody acts for the borrower: a person deals with them", _HOLDS["hold.represented"]),
    (r"the loan may have been taken in another's name: a person looks into it", _HOLDS["hold.identity_fraud"]),
    (r"paused by an operator", _HOLDS["hold.pause"]),
    (r"the borrower disputes the debt: a person is to look into it", _HOLDS["hold.dispute"]),
    (r"the borrower complains: somebody uninvolved answers first", _HOLDS["hold.complaint"]),
    (
        r"the borrower is in difficulty: nothing is demanded before a person has looked",
        _HOLDS["hold.hardship"],
    ),
    (
        r"a complaint (ends with its answer: decide it as|is answered by decide_complaint:) upheld or rejected",
        "投诉须以答复了结：属实或不属实",
    ),
    (
        r"a complaint \((?P<word>[a-z0-9 .-]+)\) is to be answered by somebody uninvolved",
        "投诉（{word}）须由无关人员答复",
    ),
    (r"a dispute \((?P<word>[a-z0-9 .-]+)\) is to be answered", "异议（{word}）须予答复"),
    (r"late since (?P<at>[0-9 :-]+) UTC: (?P<why>.+)", "自 {at} UTC 起已逾期：{why}"),
    (r"the case would end, and waits for this: (?P<why>.+)", "本可结案，须先办妥：{why}"),
    (r"(?P<who>\S+) is complained of: somebody else takes the complaint in", "{who} 系被投诉人，由他人受理"),
    (
        r"(?P<who>\S+) is complained of: somebody uninvolved (decides|gives more time)",
        "{who} 系被投诉人，须由无关人员决定",
    ),
    (
        r"(?P<who>\S+) has spoken with the borrower on this case: somebody uninvolved (decides|gives more time)",
        "{who} 曾就本案与借款人通话，须由无关人员决定",
    ),
    (
        r"(?P<who>\S+) is complained of elsewhere by this borrower: somebody uninvolved (decides|gives more time)",
        "{who} 另被该借款人投诉，须由无关人员决定",
    ),
    (
        r"(?P<who>\S+) has spoken with the borrower on another loan: somebody uninvolved (decides|gives more time)",
        "{who} 曾就该借款人的另一笔贷款与其通话，须由无关人员决定",
    ),
    (
        r"(?P<who>\S+) is complained of by this borrower and off all their loans: somebody else does this",
        "{who} 被该借款人投诉，不得经办其名下任何贷款，由他人办理",
    ),
    (
        r"whom a complaint is against is off all loans of the borrower",
        "被投诉人不得再经办该借款人名下任何贷款",
    ),
    (
        r"a complaint was rejected: whom it was against may deal with the borrower again",
        "投诉不属实，被投诉人可再经办该借款人的贷款",
    ),
    (
        r"no complaint (?P<complaint>\S+) waits for an answer on this case; waiting: none",
        "本案没有待答复的投诉 {complaint}；现无任何待答复的投诉",
    ),
    (
        r"no complaint (?P<complaint>\S+) waits for an answer on this case; waiting: (?P<known>.+)",
        "本案没有待答复的投诉 {complaint}；现有：{known}",
    ),
    (
        r"(received_at|it would have come in at) (?P<at>\S+ \S+)Z,?( which)? is not yet: (leave it out|give no time) for now",
        "收到时间 {at} 在现在之后：刚收到的请勿填写",
    ),
    (r"end the hold first", "请先解除停催事由"),
    (r"end the hold first \((?P<hold>\S+)\)", "请先解除停催事由 {hold}"),
    (r"a pause is ended by `resume`", "停催以 `resume` 解除"),
    (
        r"the borrower ends it: record that they allow contact .*",
        "须由借款人同意恢复联系：请以 `starter.py fact … allow` 记录",
    ),
    (
        r"there is such a hold already \((?P<hold>\S+)\); end it first to change it",
        "已有同类停催事由 {hold}；要更改请先解除",
    ),
    (r"no hold (?P<hold>\S+) is in force on this case; in force: none", "本案没有停催事由 {hold}；现无任何停催事由"),
    (
        r"no hold (?P<hold>\S+) is in force on this case; in force: (?P<known>.+)",
        "本案没有停催事由 {hold}；现有：{known}",
    ),
    (r"(?P<why>.+) \(it stops (?P<word>[a-z ]+)\)", "{why}（停止{word}）"),
    (r"(?P<why>.+) \((?P<word>[a-z][a-z0-9 .-]*)\)", "{why}（{word}）"),
)

_CONTACTS = wordings(
    (
        r"a person is to look before (?P<word>[a-z ]+) \((?P<template>\w+)\) is made, by (?P<rule>\S+)",
        "按规则 {rule}，{word}（{template}）须先由专人审阅",
    ),
    (
        r"(?P<rule>\S+) sends nothing to review; rules that do: (?P<known>.+)",
        "规则 {rule} 不将触达送审；送审的规则：{known}",
    ),
    (r"until (?P<at>.+)Z is past; give a later time or none", "截止时间 {at}（UTC）已过，请给出更晚的时间或不填"),
    (r"(?P<days>\d+) days? of grace for this segment, then (?P<then>.+)", "该客群柔性处理 {days} 天，期内不联系"),
    (r"(?P<word>[a-z ]+) \((?P<template>\w+)\), (?P<days>\d+) days? past due", "{word}（{template}），逾期 {days} 天"),
    (r"next is (?P<word>[a-z ]+) \((?P<template>\w+)\)", "下一次是{word}（{template}）"),
    (
        r"next is (?P<word>[a-z ]+) \((?P<template>\w+)\), deferred by (?P<rules>.+)",
        "下一次是{word}（{template}），因 {rules} 推迟",
    ),
    (r"(?P<word>[a-z ]+) answered (?P<answered>\d+) of (?P<tried>\d+)", "{word} {tried} 次中回应 {answered} 次"),
    (
        r"answered (?P<answered>\d+) of (?P<tried>\d+) calls? between (?P<from>\d+) and (?P<to>\d+)",
        "{from} 至 {to} 时 {tried} 次通话中接听 {answered} 次",
    ),
    (
        r"no call between (?P<from>\d+) and (?P<to>\d+) yet, answered (?P<answered>\d+) of (?P<tried>\d+) at other hours",
        "{from} 至 {to} 时尚未致电，其他时段 {tried} 次中接听 {answered} 次",
    ),
    (r"every rung climbed, not paid (?P<days>\d+) days? later", "催收阶梯走完 {days} 天后仍未还款"),
    (
        r"the last rung was climbed; a person takes over (?P<days>\d+) days? later",
        "催收阶梯已走完，{days} 天后转人工",
    ),
    (r"no rung that is left may be climbed", "余下的触达均不被准许"),
    (
        r"no way to reach the borrower is left: a collector is to look",
        _CONTACT["contact.unreachable"],
    ),
    (r"the (?P<word>[a-z ]+) is called off: (?P<word_reason>[a-z ]+)", "撤回{word}：{word_reason}"),
    (r"the (?P<word>[a-z ]+) was under way: its report comes", "{word}已在进行，等其回报"),
    (
        r"(?P<team>\d+) people visit the borrower at (?P<at>.+) UTC and report what came of it",
        "{team} 人于 {at}（UTC）外访并回报结果",
    ),
    (
        r"visit (?P<number>\d+) of at most (?P<most>\d+) by (?P<team>\d+) people, by appointment",
        "第 {number} 次外访（至多 {most} 次），{team} 人同行，预约前往",
    ),
    (r"the last visit: no report", "上次外访没有回报"),
    (r"the last visit: (?P<word>\w+)", "上次外访：{word}"),
    (
        r"the money has come and counts from (?P<day>\S+): nobody is asked for it again",
        "款项已到，{day} 起息，不再催要",
    ),
    (r"the arrears are paid", _MONEY["money.cured"]),
    (r"the whole balance is paid", _MONEY["money.paid_off"]),
    (r"the settlement was paid, and the rest is waived", _MONEY["money.settled"]),
    (r"the account shows nothing overdue", _MONEY["money.nothing_due"]),
    (r"cured, and (?P<count>\d+) instalments? (was|were) paid in time", "已回正，其后 {count} 期按时还款"),
    (
        r"the arrears are paid; the next (?P<count>\d+) instalments? (is|are) watched",
        "逾期款项已还清，观察其后 {count} 期",
    ),
    (
        r"cured: the next instalment is due on (?P<day>\S+), a reminder before it",
        "已回正，下一期还款日 {day}，届前提醒",
    ),
    (r"a cured loan owes (?P<amount>\S+) again, since (?P<day>\S+)", "回正后自 {day} 起再次欠款 {amount}"),
)

_OUTSIDE = wordings(
    (
        r"core banking quotes (?P<arrears>\S+) overdue of (?P<outstanding>\S+), and its books give other figures: "
        r"a person is to look",
        "核心系统报逾期 {arrears}、余额 {outstanding}，与其账目不符，待人工查明",
    ),
    (
        r"core banking tells the account as of (?P<at>.+) UTC, which is too long ago: a person is to look",
        "核心系统的账户数据截至 {at}（UTC），过旧，待人工查明",
    ),
    (
        r"(?P<word>[a-z ]+) failed (?P<count>\d+) times? since (?P<since>.+)Z \((?P<code>\w+)\)",
        "{word}自 {since}（UTC）起 {count} 次没有回应（{code}）",
    ),
    (r"core banking did not take the waiver \((?P<code>\w+)\)", "核心系统不接受该笔减免（{code}）"),
    (r"a text was kept back by (?P<rule>\S+)", "规则 {rule} 不准发出该文字"),
    (r"an operator is to look and resume", "待操作员查看后恢复"),
    (
        r"(?P<charges>.+): a charge that stands on no cost sheet which the borrower was shown",
        "费用 {charges} 未列入向借款人出示的综合融资成本明示表",
    ),
    (
        r"the payment (?P<reference>\S+) was charged back: whoever paid it contests it\. "
        r"An operator is to look and resume",
        "还款 {reference} 被拒付，付款人不予认可，待操作员查看后恢复",
    ),
    (
        r"core banking has (?P<arrears>\S+) overdue and (?P<outstanding>\S+) outstanding more than its books give "
        r"\((?P<word>[a-z0-9 .-]+)\)",
        "核心系统所报逾期比其账目多 {arrears}、余额多 {outstanding}（{word}）",
    ),
    (
        r"core banking has (?P<arrears>\S+) overdue and (?P<outstanding>\S+) outstanding more than its books give, and "
        r"(?P<other>\S+) overdue and (?P<others>\S+) outstanding was explained: explain what differs now",
        "核心系统所报逾期比其账目多 {arrears}、余额多 {outstanding}，所说明的却是 {other}、{others}：请说明现有的差额",
    ),
    (
        r"core banking's figures are (?P<arrears>\S+) overdue and (?P<outstanding>\S+) outstanding more than its books give "
        r"by now: (what was explained is past|the explanation is of something else)",
        "核心系统所报逾期现比其账目多 {arrears}、余额多 {outstanding}，原说明失效",
    ),
    (
        r"core banking's figures and its books agree again: "
        r"(what was explained is past|the explanation is of something else)",
        "核心系统所报金额与其账目又相符，原说明失效",
    ),
    (r"the difference was explained: (?P<word>[a-z0-9 .-]+)", "对账差额已说明：{word}"),
    (
        r"this difference was explained already \((?P<explanation>\S+)\); withdraw that to explain it anew",
        "该差额已说明（{explanation}），撤回后方可另行说明",
    ),
    (
        r"an explanation waits for its approval already \((?P<approval>\S+)\); withdraw it to give another",
        "已有一份说明待审批（{approval}），撤回后方可另行说明",
    ),
    (
        r"core banking's figures are not what its books give: nothing is quoted before a person has explained it",
        "核心系统所报金额与其账目不符，查明之前不报价",
    ),
    (
        r"(?P<word>[a-z ]+) does not answer \((?P<code>\w+)\), try (?P<number>\d+) then",
        "{word}没有回应（{code}），届时第 {number} 次再试",
    ),
)

_STEERING = wordings(
    (r"moved by an operator: (?P<word>.+)", "由操作员转阶段：{word}"),
    (r"(?P<word_outcome>sold|extinguished|closed by bank): (?P<word_reason>.+)", "{word_outcome}：{word_reason}"),
    (r"the case is in (?P<word>[a-z ]+) already", "案件已在{word}阶段"),
    (r"an agreement is being kept: nothing else is done meanwhile", "现有约定正在履行，其间不作他事"),
    (
        r"segment (?P<segment>\S+), treatment (?P<treatment>\S+) from now on",
        "自此归入客群 {segment}，适用处置方案 {treatment}",
    ),
    (
        r"segment (?P<segment>\S+), treatment (?P<treatment>\S+), arm (?P<arm>\S+) of (?P<experiment>\S+) from now on",
        "自此归入客群 {segment}，适用处置方案 {treatment}（试验 {experiment} 的 {arm} 组）",
    ),
    (
        r"nothing is left to send in this segment; segment (?P<segment>\S+) from (?P<day>[\d-]+) on",
        "本客群已无可发送的触达，{day} 起归入客群 {segment}",
    ),
    (r"the segment goes on now: (?P<why>.+)", "该客群此时转入下一步：{why}"),
    (r"(?P<days>\d+) days? past due", "逾期 {days} 天"),
    (r"(?P<amount>[\d.,]+) overdue", "逾期金额 {amount}"),
    (r"refused (?P<times>\d+) times?", "拒绝还款 {times} 次"),
    (r"no rung of the ladder is left that reaches the borrower", "催收阶梯中已无可联系到借款人的一步"),
    (
        r"an assessment is made anew by itself after every conversation",
        "每次通话之后会自动重新评估",
    ),
    (r"the strategy of this case has no part `negotiation`", "本案策略没有协商部分"),
    (r"the borrower asked for time", "借款人请求宽延时间"),
    (r"the borrower asked for a plan", "借款人希望分期"),
    (r"the borrower asked for a settlement", "借款人希望减免后一次性结清"),
    (r"the borrower asked for to be called", "借款人要求回电"),
    (
        r"people are still to make a (?P<word>[a-z' ]+) \((?P<attempt>\S+)\); pause the case first: that calls it off",
        "{word}任务 {attempt} 尚在办理；请先停催，将其撤回",
    ),
    (
        r"'(?P<word>\w+)' comes after (?P<before>.+), which this case has not reached",
        "诉讼尚未进行到可以“{word}”的一步",
    ),
    (
        r"the pause would end at (?P<at>.+)Z, which is past; give a later time",
        "停催截止时间 {at}（UTC）已过，请给出更晚的时间",
    ),
    (
        r"(quiet_until|review_at|the quiet time would end at|its time would be) (?P<at>[0-9 :-]+)Z,?( which)? is past; "
        r"give a later (time|one) or none",
        "给出的时间 {at}（UTC）已过，请给出更晚的时间或不填",
    ),
    (
        r"this case made no contact (?P<attempt>\S+); (leave `attempt` out|name none) for a call that came in",
        "本案没有触达 {attempt}；客户来电请勿注明触达",
    ),
    (r"(?P<day>\S+) is not yet: record what has happened", "{day} 尚未到，只记录已发生的事"),
    (r"this case has no visit (?P<visit>\S+); it has: none", "本案没有外访 {visit}；尚未安排过外访"),
    (r"this case has no visit (?P<visit>\S+); it has: (?P<made>.+)", "本案没有外访 {visit}；现有：{made}"),
    (
        r"the visit (?P<visit>\S+) was reported already, as '(?P<word>\w+)'",
        "外访 {visit} 已有结果：{word}",
    ),
    (
        r"the visit is to take place at (?P<at>.+)Z: it cannot have been made yet",
        "外访约在 {at}（UTC），不可能已有结果",
    ),
)

WORDINGS = (*_CONTACTS, *_OUTSIDE, *_STEERING, *_ASKED_ABOUT)
