"""理由：承诺、分期、一次性结清、方案、约定与审批。"""

from __future__ import annotations

from operations.phrases import wordings

_NEGOTIATION = {
    "negotiation.call": "由催收员致电，与借款人协商还款",
    "negotiation.offer": "借款人愿意协商，待提出方案",
    "negotiation.failed": "协商未果",
    "negotiation.none": "本案策略没有协商部分",
    "promise.heard": "借款人已承诺还款",
    "promise.past": "承诺的日期已过",
    "promise.more_than_owed": "承诺金额超过所欠",
    "plan.past": "首期日期已过",
    "plan.rate": "年利率高于策略所定",
    "plan.cap": "加上分期利息后超过利率上限",
    "plan.interest": "分期利息到期入账",
    "plan.sum": "各期合计与应覆盖的金额不符",
    "settlement.past": "付款日期已过",
    "settlement.nothing_waived": "没有减免，应作承诺还款",
    "settlement.certificate": "向借款人出具结清证明",
    "settlement.refused": "核心系统不接受减免的构成，待人工查看",
    "settlement.waiver_reversal": "结清款被冲正，减免一并冲回",
    "settlement.waiver_gone": "结清款仍在而核心系统冲回了减免，待人工查看",
    "certificate.void": "结清款被冲正，结清证明作废，须由人工告知借款人",
    "settlement.waiver": "一次性结清款已到，余额减免入账",
    "incentive.none": "本案策略没有提前还款激励",
    "incentive.whole_due": "全部余额已到期，只能作一次性结清",
    "incentive.principal": "提前还款激励只减免费用和利息，不减本金",
    "terms.minor_unit": "金额小于货币最小单位",
    "offer.open": "方案已提出，等借款人答复",
    "offer.expired": "方案到期，借款人未接受",
    "accept.unknown_offer": "没有这项待接受的方案",
    "accept.expired": "方案已过期，请重新提出",
    "accept.terms_differ": "所接受的条款与所提方案不同",
    "accept.owed_otherwise": "欠款数额已变，请重新提出方案",
    "accept.nothing_due": "已无逾期款项",
    "agree.nothing_due": "没有逾期款项，无可约定",
    "agree.identity": "只有本人或其代理人才能约定，须先核实身份",
    "agree.suspected_racket": "代理人涉嫌代理维权黑产，核查前不与其约定",
    "agree.no_representative": "此人并不代借款人行事",
    "agree.beyond_scope": "此人无权代借款人约定",
    "racket.own_party": "此人是本笔贷款的当事人，并非代理人",
    "racket.already": "已有人登记此嫌疑，待核查",
    "racket.unknown": "此人没有待核查的嫌疑",
    "racket.same_person": "须由他人核查",
    "racket.review": "核查代理人是否涉嫌代理维权黑产",
    "racket.late": "代理维权核查已逾期",
    "agreement.running": "约定正在履行",
    "agreement.kept": "约定已兑现",
    "agreement.broken": "未按约还款",
    "agreement.partly_kept": "只按约还了一部分",
    "agreement.reminder": "约定的一期将到，届前提醒",
    "agreement.missed": "约定的一期未还，仍可补足",
    "promise.allocation": "多笔贷款的承诺须逐笔写明金额",
    "plan.too_long": "分期期数超过上限",
    "agreement.taken_back": "结清款被冲正",
}

_APPROVALS = {
    "approval.reminder": "待审批事项即将逾时，提醒审批人",
    "approval.given": "已获批准",
    "approval.lapsed": "逾时无人审批，不予办理",
    "approval.unknown": "本案没有这项待审批事项",
    "approval.same_person": "提请人不得自行审批",
    "approval.late": "审批时限已过，请重新提请",
    "approval.waiting": "已有事项待审批，一次只办一项",
    "limit.difference": "对账差额的说明须由提请人以外的人批准",
    "limit.restriction": "限制措施须由提请人以外的人批准",
    "restriction.wanted": "逾期达到天数，申请冻结额度",
    "restriction.imposed": "限制措施已获批准，告知核心系统",
    "restriction.lifted": "解除限制措施，告知核心系统",
    "restrict.nothing_due": "没有逾期款项，无须限制",
    "restrict.no_limit": "只有信用卡有可冻结的额度",
    "restrict.already": "该限制措施已在生效",
    "restrict.waiting": "该限制措施已提请审批",
    "lift.nothing": "本案没有这项限制措施",
    "lift.already": "该限制措施正在解除",
    "limit.promise.days": "承诺期限超过权限",
    "limit.promise.broken": "跳票次数超过权限",
    "limit.plan.parts": "分期期数超过权限",
    "limit.plan.first": "首期时间超过权限",
    "limit.plan.rate": "年利率低于策略所定，属让利，须审批",
    "limit.plan.gap": "两期间隔超过权限",
    "limit.settlement.from_dpd": "逾期天数未到可减免结清的标准",
    "limit.settlement.waived": "减免比例超过权限",
    "limit.settlement.days": "付款期限超过权限",
    "limit.acceleration": "起诉全部余额须宣布贷款提前到期",
    "limit.incentive.until_dpd": "逾期过久，不适用提前还款激励",
    "limit.incentive.": "提前还款激励超过权限",
    "limit.authority": "按授权表须报上级审批",
    "limit.": "超过权限",
    "authority.unknown_role": "本案策略没有这个角色",
    "authority.nobody": "授权表中没有可准许此事的行",
    "authority.": "依授权表",
    "approval.role": "须由授权表指定的角色审批",
    "approval.authority": "授权表不许该角色决定此事",
}

RULES = {**_NEGOTIATION, **_APPROVALS}

_LIMITS = wordings(
    (
        r"a promise in (?P<bucket>\S+) is for (?P<days>\d+) days? at most; longer is a plan",
        "账龄 {bucket} 的承诺至多 {days} 天，更长的应作分期",
    ),
    (r"(?P<count>\d+) promises? (was|were) broken before", "此前已跳票 {count} 次"),
    (r"(?P<count>\d+) parts?; up to (?P<most>\d+) need no approval", "分 {count} 期，权限内至多 {most} 期"),
    (r"the first part comes later than (?P<days>\d+) days? from today", "首期晚于今日起 {days} 天"),
    (
        r"(?P<days>\d+) days? between two parts; up to (?P<most>\d+) need no approval",
        "两期相隔 {days} 天，权限内至多 {most} 天",
    ),
    (
        r"(?P<days>\d+) days? past due; settlements are for (?P<from>\d+) and more",
        "逾期 {days} 天，满 {from} 天方可减免结清",
    ),
    (
        r"(?P<percent>\S+) % would be waived; up to (?P<most>\d+) % need no approval",
        "拟减免 {percent}%，权限内至多 {most}%",
    ),
    (r"to be paid later than (?P<days>\d+) days? from today", "付款晚于今日起 {days} 天"),
    (
        r"(?P<days>\d+) days? past due; incentives are for up to (?P<most>\d+)",
        "逾期 {days} 天，提前还款激励只适用于 {most} 天以内",
    ),
    (
        r"(?P<percent>\S+) % of the (?P<word>fees|interest) would be waived; up to (?P<most>\d+) % need no approval",
        "拟减免{word}的 {percent}%，权限内至多 {most}%",
    ),
    (
        r"(?P<role>\S+) asks (?P<asks>\S+) for this, by row (?P<row>\d+) of the table of authority",
        "按授权表第 {row} 行，{role} 须报 {asks} 审批",
    ),
    (
        r"(?P<word>promise|plan|settlement|acceleration|freeze|watch list) waits for an approval: (?P<why>.+)",
        "{word}待审批：{why}",
    ),
    (r"the (?P<word>promise|plan|settlement|acceleration|freeze|watch list) was approved", "{word}已获批准"),
    (
        r"nobody approved the (?P<word>promise|plan|settlement|acceleration|freeze|watch list) in time, so it is not done",
        "{word}逾时无人审批，不予办理",
    ),
)

_AUTHORITY = wordings(
    (r"(?P<role>\S+) is no role of this strategy; there are (?P<roles>.+)", "本案策略没有角色 {role}，只有 {roles}"),
    (
        r"no row of the table of authority lets (?P<role>\S+) agree to this or ask for it",
        "授权表中没有一行准许 {role} 办理或提请此事",
    ),
    (r"(?P<asks>\S+) decides this: say in which role( you decide| \(role\))", "由 {asks} 审批：请注明以何角色审批"),
    (r"(?P<asks>\S+) decides this, and (?P<role>\S+) is lower", "由 {asks} 审批，{role} 级别不足"),
    (
        r"no row of the table of authority lets (?P<role>\S+) decide this: \S+ would have to ask (?P<asks>\S+)",
        "授权表不许 {role} 决定此事，须报 {asks}",
    ),
    (r"no row of the table of authority lets (?P<role>\S+) decide this", "授权表不许 {role} 决定此事"),
    (r"the strategy of this case waives nothing for paying early", "本案策略没有提前还款激励"),
    (
        r"(?P<owed>\S+) is overdue: (?P<amount>\S+) waives nothing, so it is a promise",
        "逾期 {owed}，付 {amount} 没有减免，应作承诺还款",
    ),
    (
        r"(?P<amount>\S+) of principal would be waived: an incentive gives up fees and interest alone",
        "将减免本金 {amount}，而提前还款激励只减免费用和利息",
    ),
    (r"the whole balance is due: only a settlement of it ends the debt", "全部余额已到期，只能作一次性结清"),
    (r"the arrears were paid as agreed: (?P<amount>\S+) is waived", "已按约还清逾期款项，减免 {amount}"),
    (r"the plan was kept: (?P<amount>\S+) that accrued meanwhile is waived", "分期已履行完毕，减免期间新增的 {amount}"),
    (r"(?P<amount>\S+) accrued until the waiver counted: it is waived too", "减免起息前又新增 {amount}，一并减免"),
)

_REFUSALS = wordings(
    (
        r"a promise over several loans names each of them once, and an id that they share",
        "多笔贷款的承诺须逐笔写明，并有共同的编号",
    ),
    (
        r"(?P<total>\S+) is promised on (?P<loan>\S+), and the allocation has (?P<said>\S+) for it",
        "{loan} 承诺 {total}，而分配表写的是 {said}",
    ),
    (r"(?P<day>\S+) is past: a promise is for today or later", "{day} 已过，承诺须在今日或以后"),
    (r"(?P<day>\d\S+) is past", "付款日期 {day} 已过"),
    (r"no more than (?P<amount>\S+) is owed", "所欠只有 {amount}"),
    (r"the first part is due on (?P<day>\S+), which is past", "首期 {day} 已过"),
    (
        r"the parts add up to (?P<total>\S+), and the plan is to cover (?P<owed>\S+) \((?P<word>\w+)\)",
        "各期合计 {total}，而方案应覆盖{word} {owed}",
    ),
    (
        r"(?P<owed>\S+) is owed in all: (?P<amount>\S+) waives nothing, so it is a promise",
        "所欠共 {owed}，付 {amount} 没有减免，应作承诺还款",
    ),
    (
        r"(?P<amount>\S+) is not in whole units of (?P<unit>\S+) (?P<currency>\S+)",
        "{amount} 小于货币最小单位 {unit} {currency}",
    ),
    (
        r"the offer (?P<offer>\S+) is open until (?P<at>.+)Z: one at a time",
        "方案 {offer} 在 {at}（UTC）前有效，一次只提一项",
    ),
    (r"there is no open offer (?P<offer>\S+): none is open", "没有待接受的方案 {offer}"),
    (
        r"there is no open offer (?P<offer>\S+): the open one is (?P<other>\S+)",
        "没有待接受的方案 {offer}；现有方案是 {other}",
    ),
    (r"the offer expired at (?P<at>.+)Z: make a new one", "方案已于 {at}（UTC）过期，请重新提出"),
    (
        r"other terms than those offered were accepted: the offer's hash is (?P<hash>\S+)",
        "所接受的条款与所提方案不同，方案的条款摘要是 {hash}",
    ),
    (r"no approval (?P<approval>\S+) waits on this case; what waits: nothing", "本案没有待审批事项"),
    (
        r"no approval (?P<approval>\S+) waits on this case; what waits: (?P<waiting>.+)",
        "本案没有待审批事项 {approval}；现有：{waiting}",
    ),
    (r"(?P<who>\S+) asked for it: somebody else has to decide", "由 {who} 提请，须由他人审批"),
    (r"its time was over at (?P<at>.+)Z: ask for it again", "时限已于 {at}（UTC）届满，请重新提请"),
    (r"(?P<approval>\S+) waits for an approval: one at a time", "{approval} 正待审批，一次只办一项"),
)

_AGREED = wordings(
    (
        r"(?P<due>\S+) was agreed by (?P<day>\S+): a reminder before it",
        "约定不迟于 {day} 还 {due}，届前提醒",
    ),
    (
        r"(?P<left>\S+) of what was agreed is to come by (?P<day>\S+): a reminder before it",
        "约定款项尚有 {left} 应不迟于 {day} 偿还，届前提醒",
    ),
    (
        r"(?P<left>\S+) of what was agreed by (?P<day>\S+) is not there: it can still be made good",
        "约定 {day} 应还的款项尚缺 {left}，仍可补足",
    ),
    (
        r"(?P<due>\S+) was agreed by (?P<day>\S+) and is not there: it can still be made good",
        "约定 {day} 应还的 {due} 未到，仍可补足",
    ),
    (r"(?P<due>\S+) is agreed by (?P<day>\S+)", "约定不迟于 {day} 还 {due}"),
    (r"(?P<count>\d+) parts?; no plan has more than (?P<most>\d+)", "分 {count} 期，任何方案至多 {most} 期"),
    (
        r"reminder: (?P<word>promise|plan|settlement|acceleration) waits for an approval until (?P<at>.+) UTC: (?P<why>.+)",
        "提醒：{word}待审批，{at}（UTC）截止：{why}",
    ),
    (
        r"a (?P<word>\w+) (is being kept|was made): (?P<due>\S+) by (?P<day>\S+), (?P<paid>\S+) paid so far",
        "{word}履行中：不迟于 {day} 应还 {due}，已还 {paid}",
    ),
    (r"(?P<amount>\S+) promised by (?P<day>\S+)", "承诺不迟于 {day} 还款 {amount}"),
    (
        r"a (?P<word>\w+) of (?P<count>\d+) parts? is offered; the borrower is to say",
        "{word}方案（{count} 期）已提出，等借款人答复",
    ),
    (
        r"nobody accepted the (?P<word>\w+) that was offered, and it has expired",
        "{word}方案到期，借款人未接受",
    ),
    (
        r"a collector is to come to an agreement with the borrower, call (?P<number>\d+) of (?P<most>\d+)",
        "由催收员致电协商，第 {number} 次（至多 {most} 次）",
    ),
    (r"no agreement came of it", "协商未果"),
    (r"no agreement came of it: (?P<why>.+)", "协商未果：{why}"),
    (r"the (?P<word>\w+) was kept: (?P<paid>\S+) paid of (?P<due>\S+)", "{word}已兑现：应还 {due}，已还 {paid}"),
    (
        r"(?P<paid>\S+) paid of (?P<due>\S+) that were agreed by (?P<day>\S+)",
        "截至 {day} 应还 {due}，已还 {paid}",
    ),
    (
        r"the (?P<word>settlement|plan)'s money was taken back: (?P<paid>\S+) left of (?P<due>\S+)",
        "{word}款被冲正：应还 {due}，只余 {paid}",
    ),
)

_RESTRICTIONS = wordings(
    (r"(?P<days>\d+) days? past due: the card's limit is to be frozen", "逾期 {days} 天，信用卡额度应予冻结"),
    (r"a (?P<word>freeze|watch list) is asked for \((?P<word_reason>[a-z0-9 .-]+)\)", "申请{word}（{word_reason}）"),
    (
        r"the (?P<word>freeze|watch list) is to be (?P<word_change>imposed|lifted) \((?P<word_reason>[a-z0-9 .-]+)\): "
        r"core banking is told",
        "{word}须予{word_change}（{word_reason}），告知核心系统",
    ),
    (r"nothing is overdue: there is nothing to restrict", "没有逾期款项，无须限制"),
    (r"only a credit card has a limit to freeze", "只有信用卡有可冻结的额度"),
    (r"the (?P<word>freeze|watch list) is in force already", "{word}已在生效"),
    (r"the (?P<word>freeze|watch list) was asked for already: (?P<approval>\S+)", "{word}已提请审批：{approval}"),
    (r"no (?P<word>freeze|watch list) is in force on this case", "本案没有{word}"),
    (r"the (?P<word>freeze|watch list) is being lifted already", "{word}正在解除"),
)

WORDINGS = (*_LIMITS, *_AUTHORITY, *_REFUSALS, *_AGREED, *_RESTRICTIONS)
