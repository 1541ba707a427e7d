"""What wording alleges what: a table, each row with its reason."""

import re
from dataclasses import dataclass
from typing import Final

from shared.events.ingest import OpinionKind


@dataclass(frozen=True)
class Rule:
    """Wording that alleges something; None is bad news of another kind (hard times, fraud, debt).

    `is_shared`: it touches everyone in its sentence, not its subject alone.
    """

    kind: OpinionKind | None
    pattern: re.Pattern[str]
    reason: str
    confidence: float = 0.9
    is_shared: bool = False


_LAYOFF, _CUT, _ARREARS = OpinionKind.LAYOFF, OpinionKind.PAY_CUT, OpinionKind.WAGE_ARREARS
_CLOSURE, _BANKRUPT, _GATHER = OpinionKind.CLOSURE, OpinionKind.BANKRUPTCY, OpinionKind.GATHERING


def _rule(
    kind: OpinionKind | None,
    pattern: str,
    reason: str,
    *,
    confidence: float = 0.9,
    is_shared: bool = False,
) -> Rule:
    return Rule(kind, re.compile(pattern), reason, confidence, is_shared)


RULES: Final = (
    _rule(
        _LAYOFF,
        "裁员|裁人|裁减|裁撤|裁掉|裁了(?!判)|遭裁|被裁|减员|遣散|缩编|人员精简|精简人员",
        "the plain words for a layoff",
    ),
    _rule(
        _LAYOFF,
        "裁(?:去|退|了)?(?=[近约超逾过]?[0-9一二两三四五六七八九十百千几半]{1,12}[0-9,.余多]{0,12}"
        "[万千百]?(?:人|名|成|%))",
        "裁 with a number: 裁300人",
    ),
    _rule(
        _LAYOFF,
        "优化(?:了|掉)?(?:员工|人员|团队|岗位|[0-9]+人)|(?:人员|组织|规模)优化|被优化|优化名单"
        "|(?:开始|大量)优化(?=了?(?:[，。！,]|$))|(?:被|宣布)毕业|毕业名单|毕业(?=[一二三四五六七八九半0-9]+(?:成|%))",
        "the words by which firms avoid 裁员",
        confidence=0.8,
    ),
    _rule(
        _LAYOFF,
        "(?:大规模|大批|批量|集体|全员|整体|大量|多名|上百|数[十百千]|[0-9]{2,12}|[十百千万]余?)[^，。！？；]{0,6}"
        "(?:解雇|解聘|辞退|劝退|离职|解约|解除劳动合同)|(?:解雇|解聘|辞退|劝退)[^，。！？；]{0,6}"
        "(?:[0-9]{2,12}|[0-9]{1,12}[百千万]|[十百千万]|大批|多名|大量)|岗位(?:削减|取消)"
        "|削减.{0,6}(?:岗位|职位|员工)|暴力裁|变相裁",
        "many dismissed at once, under other names; one dismissed is no layoff",
        confidence=0.75,
    ),
    _rule(
        _CUT,
        "降薪|减薪|砍薪|薪资下调|(?:工资|薪资|薪酬|底薪|绩效)(?:[^，。！？；]{0,6})(?:打[0-9一二三四五六七八九]*折|减半"
        "|下调|缩水|砍半|降低|下降)|(?:下调|降低|削减|调降|缩减)(?:[^，。！？；]{0,4})(?:工资|薪资|薪酬|底薪)"
        "|只发(?:基本工资|生活费)|(?:取消|停发)(?:年终奖|绩效)",
        "less pay",
    ),
    _rule(
        _ARREARS,
        "欠薪|讨薪|(?:拖欠|克扣|欠着|欠了|欠发|欠)[^，。！？；]{0,8}(?:工资|薪资|薪水|薪酬|工钱|血汗钱|劳务费|工程款"
        "|社保|公积金|劳动报酬)|(?:发不出|发不了|没发|未发|停发|缓发|迟发|拖发|不发|延迟发放|推迟发放)[^，。！？；]{0,5}"
        "(?:工资|薪资|薪水|薪)|(?:工资|薪资|薪水)[^，。！？；]{0,10}(?:没发|未发|没有发|拖欠|发不出|停发|一直不发|没到账"
        "|未到账|不到账)|(?:何时|什么时候|还不|再不|迟迟不)发(?:工资|薪)|断缴社保|社保断缴|断缴[^，。！？；]{0,4}(?:社保|公积金)"
        "|(?:社保|公积金)[^，。！？；]{0,4}(?:断缴|停缴|断了|欠缴|没交|没缴)",
        "wages or contributions unpaid",
    ),
    _rule(
        _CLOSURE,
        "倒闭|关停|停产|停业(?!务)|歇业|停工|关门(?!红)|停止(?:运营|营业|经营|服务)|人去楼空|跑路|卷款|原地解散|宣布解散"
        "|公司解散|就地解散|清盘|关闭(?=[^，。！？；]{0,12}(?:工厂|门店|分公司|办事处|办公室|生产线|厂区|店铺|业务))"
        "|撤(?:店|厂)|拉闸|关张",
        "the enterprise, or a site of it, stops",
        confidence=0.85,
    ),
    _rule(
        _BANKRUPT,
        "破产|资不抵债|(?:申请|进入|启动|裁定)[^，。！？；]{0,6}(?:重整|清算)|重整(?:程序|计划|申请)|清算组",
        "bankruptcy or its proceedings",
    ),
    _rule(
        _GATHER,
        "罢工|聚集|围堵|[围堵]在[^，。！？；]{0,20}门口|[讨要]说法|堵门|堵路|拉(?:起)?横幅|静坐|游行|集体(?:上访|维权|讨薪|讨说法|抗议|停运|停工|请愿)|示威|围殴"
        "|群访|聚众",
        "staff gather or strike",
        confidence=0.85,
    ),
    _rule(
        None,
        "(?:停止|暂停|冻结|叫停)(?:了|所有|全部|社会|对外|校园)*(?:招聘|招人|招工|hc)|(?:招聘|招人|招工|hc)[^，。！？；]{0,3}(?:停了|暂停|冻结|叫停)"
        "|(?:轮流|轮岗|轮班|无限期|长期|提前|全员|集体)放(?:假|长假)|放长假|待岗|(?:没|没有|无)(?:活|活儿)(?:干|可干)|没(?:有)?订单"
        "|订单[^，。！？；]{0,4}(?:少了|减少|下降|锐减|骤减|腰斩|流失|取消|断了)|(?:日子|生意)[^，。！？；]{0,3}(?:不好过|难过|难做|惨淡)"
        "|(?:快|要)(?:撑|熬|顶)不(?:住|下去)|(?:压缩|缩减|削减)(?:各项)?(?:开支|开销|成本)|业绩承压|营收(?:大幅)?(?:下滑|下降|锐减)",
        "hard times: hiring stops, staff stands idle, orders fail to come",
    ),
    _rule(
        None,
        "失联|骗局|诈骗|欺诈|骗子|受骗|被骗|虚假|造假|传销|非法集资|非法吸收|非法经营|涉嫌|立案|刑拘|逮捕|被捕|自首|投案"
        "|被查|失信|被执行|冻结|查封|罚款|处罚|违规|违法|违约|逾期|兑付|提现困难|无法提现|爆雷|暴雷|踩雷|雷潮"
        "|资金链|维权|投诉|举报|曝光|黑心|套路贷|高利贷|砍头息|暴力催收|受害|血汗钱|退市|起诉|纠纷|良性退出|坑人"
        "|自融|挪用|亏损|下滑|暴跌|风险警示|谴责|警示函|问询函|被责令",
        "bad news of another kind",
        confidence=0.6,
        is_shared=True,
    ),
)
