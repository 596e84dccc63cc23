"""理由：外访与起诉的条件、诉讼材料、诉讼各步骤。"""

from __future__ import annotations

from operations.phrases import wordings

RULES = {
    "papers.check": "查看诉讼材料是否齐备",
    "papers.request": "补调所缺材料，以免延误起诉",
    "court.papers": "等待补调的材料",
    "court.ready": "材料齐备，且在诉讼时效之内",
    "court.limitation": "诉讼时效已过，是否起诉由人决定",
    "court.acceleration": "起诉全部余额须宣布贷款提前到期，提请审批",
    "court.demand": "起诉之前作最后催告",
    "court.no_letter": "没有可寄达的地址，以法院送达的起诉状告知借款人",
    "court.accelerated": "全部贷款提前到期",
    "court.file": "催告后仍未还款，提起诉讼",
    "court.await.filed": "等法院立案或退回",
    "court.await.accepted": "等法院审理裁判",
    "court.await.enforcement_applied": "等法院强制执行",
    "court.await.": "等法院答复",
    "court.late": "法院久无消息，请人查询",
    "court.effect": "届时生效",
    "court.apply_for_enforcement": "生效后仍未还款，申请强制执行",
    "court.recheck": "届时再查可供执行的财产",
    "court.check_property": "查询可供执行的财产",
    "court.withdraw": "款已还清，告知法院并撤诉",
    "court.unexpected": "法院的答复与本案进程不符，请人核对",
    "court.stopped": "诉讼无法继续，由人决定",
}

_PROSPECTS = wordings(
    (r"the borrower refused (?P<count>\d+) times?", "借款人 {count} 次拒绝还款"),
    (r"talks got out of hand (?P<count>\d+) times?, with different collectors", "与不同催收员的通话 {count} 次失控"),
    (r"contact with the borrower is lost", "借款人失联"),
    (r"the ladder is climbed", "催收阶梯已走完"),
    (r"the strategy makes no visits", "策略不安排外访"),
    (r"the rules of conduct do not let a visit be made", "催收行为规范不准许外访"),
    (r"a visit was unsafe", "曾有外访不安全"),
    (r"(?P<count>\d+) visits? (was|were) made", "已外访 {count} 次"),
    (r"there is no address to visit", "没有可外访的地址"),
    (
        r"a visit costs (?P<cost>\S+) and is expected to bring (?P<expected>\S+)",
        "外访成本 {cost}，预计只能收回 {expected}",
    ),
    (r"the strategy( of this case)? brings no suits", "策略不起诉"),
    (r"the suit was dismissed", "诉讼曾被驳回"),
    (r"the suit was dismissed: a person decides what is left to do", "诉讼被驳回，余下如何处理由人决定"),
    (r"(?P<claim>\S+) is below the (?P<least>\S+) from which a suit is brought", "标的 {claim} 低于起诉标准 {least}"),
    (r"(?P<word>field visit|litigation) from (?P<day>\S+) on", "{day} 起可转{word}"),
)

_SUIT = wordings(
    (
        r"the limitation period ended on (?P<day>\S+): no suit without a person's word",
        "诉讼时效已于 {day} 届满，是否起诉由人决定",
    ),
    (
        r"(?P<arrears>\S+) is overdue for (?P<days>\d+) days? \((?P<bucket>\S+)\); "
        r"suing for (?P<outstanding>\S+) calls the whole balance due",
        "逾期 {arrears}，已 {days} 天（{bucket}）；起诉全部余额 {outstanding} 须宣布贷款提前到期",
    ),
    (
        r"(?P<arrears>\S+) is overdue; suing for (?P<outstanding>\S+) calls the whole balance due",
        "逾期 {arrears}；起诉全部余额 {outstanding} 须宣布贷款提前到期",
    ),
    (r"waiting for papers that were asked for: (?P<word>.+)", "等待补调的材料：{word}"),
    (
        r"missing and asked for now, so that a suit is not delayed: (?P<word>.+)",
        "补调所缺材料，以免延误起诉：{word}",
    ),
    (
        r"(?P<why>.+); nothing for (?P<days>\d+) days?: a person is to ask there",
        "{why}；{days} 天没有消息，请人向法院查询",
    ),
    (r"read the account again: (?P<why>.+)", "重新读取账户：{why}"),
    (r"the papers of the suit are made ready", "准备诉讼材料"),
    (r"a last demand, before a suit is brought", "起诉之前作最后催告"),
    (r"the suit came back for want of papers", "因材料不全被退回"),
    (r"the court is to accept the suit, or return it", "等法院立案或退回"),
    (r"the court is to hear and decide it", "等法院审理裁判"),
    (r"the court is to enforce, or to find nothing to enforce", "等法院强制执行"),
    (r"the demand was not met: the suit is filed", "催告后仍未还款，提起诉讼"),
    (r"the papers are complete: filed again", "材料补齐，再次提交起诉材料"),
    (r"the borrower has until then to meet the last demand", "届时之前借款人仍可按催告还款"),
    (r"the judgment takes effect if nobody appeals", "无人上诉的，判决届时生效"),
    (r"nobody appealed: the judgment is in effect", "无人上诉，判决生效"),
    (r"its time is over: it is in effect", "期限届满，已生效"),
    (r"it is in effect and not paid: enforcement is applied for", "生效后仍未还款，申请强制执行"),
    (r"what was settled before the court is given its time", "调解书已作成，留待借款人履行"),
    (r"property was found: enforcement is applied for again", "发现财产，再次申请强制执行"),
    (r"what was enforced does not cover it all", "执行所得不足以清偿"),
    (
        r"this enforcement ended for want of property, and the claim lives",
        "本次执行因无财产终结，债权仍在",
    ),
    (r"paid: the court is told, and what is pending there is withdrawn", "款已还清，告知法院并撤诉"),
    (r"the notice arrived: the whole balance is due", "通知书已送达，全部贷款提前到期"),
    (
        r"no notice had arrived; the complaint was served and calls the whole balance due",
        "通知书未能送达，起诉状副本送达后全部贷款提前到期",
    ),
    (
        r"no letter reaches the borrower: the complaint that the court serves will tell them",
        "没有可寄达的地址，以法院送达的起诉状告知借款人",
    ),
)

WORDINGS = (*_PROSPECTS, *_SUIT)
