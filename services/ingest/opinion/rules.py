"""What wording alleges what, and which wording takes it back: a table, each row with its reason."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.events.ingest import OpinionKind


@dataclass(frozen=True)
class Rule:
    """Wording that alleges something; None is bad news of another kind (fraud, arrears of debt)."""

    kind: OpinionKind | None
    pattern: re.Pattern[str]
    reason: str
    confidence: float = 0.9


class Where(StrEnum):
    """Where a guard looks from the words that allege."""

    BEFORE = "before"
    """In the few characters before them."""
    AFTER = "after"
    """In the few characters behind them."""
    CLAUSE = "clause"
    SENTENCE = "sentence"
    TEXT = "text"


@dataclass(frozen=True)
class Guard:
    """Wording beside which a rule's wording alleges nothing; empty `kinds`: whatever it alleges."""

    name: str
    where: Where
    pattern: re.Pattern[str]
    reason: str
    kinds: frozenset[OpinionKind] = frozenset()


_LAYOFF, _CUT, _ARREARS = OpinionKind.LAYOFF, OpinionKind.PAY_CUT, OpinionKind.WAGE_ARREARS
_CLOSURE, _BANKRUPT, _GATHER = OpinionKind.CLOSURE, OpinionKind.BANKRUPTCY, OpinionKind.GATHERING


def _rule(kind: OpinionKind | None, pattern: str, reason: str, *, confidence: float = 0.9) -> Rule:
    return Rule(kind, re.compile(pattern), reason, confidence)


RULES: Final = (
    _rule(_LAYOFF, "裁员|裁减|裁撤|裁掉|遭裁|被裁|减员|遣散|缩编", "the plain words for a layoff"),
    _rule(
        _LAYOFF,
        "裁(?:去|退|了)?(?=[近约超逾过]?[0-9一二两三四五六七八九十百千几半]+[0-9,.余多]*"
        "[万千百]?(?:人|名|成|%))",
        "裁 with a number: 裁300人",
    ),
    _rule(
        _LAYOFF,
        "优化(?:了|掉)?(?:员工|人员|团队|岗位|[0-9]+人)|(?:人员|组织|规模)优化|被优化|优化名单",
        "the word by which firms avoid 裁员",
        confidence=0.8,
    ),
    _rule(
        _LAYOFF,
        "(?:大规模|大批|批量|集体|全员|整体|大量|多名|上百|数[十百千]|[0-9]{2,}|[十百千万]余?)[^，。！？；]{0,6}"
        "(?:解雇|解聘|辞退|劝退|离职|解约|解除劳动合同)|(?:解雇|解聘|辞退|劝退)[^，。！？；]{0,6}"
        "(?:[0-9]{2,}|[0-9]+[百千万]|[十百千万]|大批|多名|大量)|岗位(?:削减|取消)"
        "|削减.{0,6}(?:岗位|职位|员工)|暴力裁|变相裁",
        "many dismissed at once, under other names; one dismissed is no layoff",
        confidence=0.75,
    ),
    _rule(
        _CUT,
        "降薪|减薪|砍薪|薪资下调|(?:工资|薪资|薪酬|底薪|绩效)(?:[^，。！？；]{0,6})(?:打[0-9一二三四五六七八九]*折|减半"
        "|下调|缩水|砍半|降低|下降)|(?:下调|降低|削减|调降|缩减)(?:[^，。！？；]{0,4})(?:工资|薪资|薪酬|底薪)"
        "|只发(?:基本工资|生活费)|取消(?:年终奖|绩效)",
        "less pay",
    ),
    _rule(
        _ARREARS,
        "欠薪|讨薪|(?:拖欠|克扣|欠着|欠了|欠发|欠)[^，。！？；]{0,8}(?:工资|薪资|薪水|薪酬|工钱|血汗钱|劳务费|工程款"
        "|社保|公积金|劳动报酬)|(?:发不出|发不了|没发|未发|停发|缓发|迟发|拖发|不发|延迟发放|推迟发放)[^，。！？；]{0,5}"
        "(?:工资|薪资|薪水|薪)|(?:工资|薪资|薪水)[^，。！？；]{0,10}(?:没发|未发|没有发|拖欠|发不出|停发|一直不发|没到账"
        "|未到账|不到账)|断缴社保|社保断缴|断缴[^，。！？；]{0,4}(?:社保|公积金)",
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
        "罢工|聚集|围堵|堵门|堵路|拉(?:起)?横幅|静坐|游行|集体(?:上访|维权|讨薪|讨说法|抗议|停运|停工|请愿)|示威|围殴"
        "|群访|聚众",
        "staff gather or strike",
        confidence=0.85,
    ),
    _rule(
        None,
        "失联|骗局|诈骗|欺诈|骗子|受骗|被骗|虚假|造假|传销|非法集资|非法吸收|非法经营|涉嫌|立案|刑拘|逮捕|被捕|自首|投案"
        "|被查|失信|被执行|冻结|查封|罚款|处罚|违规|违法|违约|逾期|兑付|提现困难|无法提现|爆雷|暴雷|踩雷|雷潮"
        "|资金链|维权|投诉|举报|曝光|黑心|套路贷|高利贷|砍头息|暴力催收|受害|血汗钱|退市|起诉|纠纷|良性退出|坑人"
        "|自融|挪用|亏损|下滑|暴跌|风险警示|谴责|警示函|问询函|被责令",
        "bad news of another kind",
        confidence=0.6,
    ),
)


def _guard(name: str, where: Where, pattern: str, reason: str, *kinds: OpinionKind) -> Guard:
    return Guard(name, where, re.compile(pattern), reason, frozenset(kinds))


GUARDS: Final = (
    _guard(
        "denial",
        Where.SENTENCE,
        "辟谣|否认|不实|谣言|造谣|假消息|子虚乌有|纯属(?:虚构|捏造|谣传)|不属实|不存在|并无此事|没有(?:的)?此事"
        "|(?:系|为|是)误(?:读|传|解)|澄清",
        "the sentence takes it back",
    ),
    _guard(
        "denial_nearby",
        Where.TEXT,
        "(?:消息|传闻|传言|说法|信息|传|报道)[^。！？\n]{0,12}(?:不实|不属实|系谣言|为谣言|是谣言|虚假|纯属)"
        "|(?:官方|公司|方)?(?:辟谣|否认)[^。！？\n]{0,12}(?:裁员|降薪|欠薪|倒闭|破产|停产|停工|传闻|跑路)",
        "another sentence of the text takes it back",
        *OpinionKind,
    ),
    _guard(
        "not",
        Where.BEFORE,
        "(?:没有|并未|未曾|从未|不会|并无|绝不|决不|不|未|无|没|免于|拒绝|反对|承诺不|零|不得|禁止|严禁|不再|不能|别)"
        "(?:再|任何|进行|有|出现|发生|主动|随意|会|被|大规模|存在|过|一人|拖|拖欠|考虑|计划)*[^，。！？；]{0,1}$",
        "a negation stands before it: 不裁员, 没有裁员, 不会降薪",
    ),
    _guard(
        "hypothetical",
        Where.BEFORE,
        "(?:如果|若|假如|一旦|倘若|万一|是否|会不会|要不要|能否|避免|防止|防范|以免|预防|减少|杜绝|警惕|担心|担忧|害怕|怕)"
        "[^，。！？；]{0,10}$",
        "nobody says that it happens",
    ),
    _guard(
        "advice",
        Where.SENTENCE,
        "怎么办|如何(?:应对|看待|维权|处理|赔偿|主张)|该如何|律师|普法|法条|劳动法规定|什么是|解读|攻略|指南|有补偿吗"
        "|需要补偿吗|怎么补偿|赔偿标准|科普|支招|教你|你愿意|你的工资|问答|测评|职场人",
        "advice and comment, not news of an enterprise",
    ),
    _guard(
        "policy",
        Where.SENTENCE,
        "补贴|稳岗返还|鼓励企业|困难企业|失业保险|援企|政策|条例|办法规定|通知要求|专项行动|根治欠薪|治理欠薪|指导意见",
        "policy speaks of layoffs in general",
        _LAYOFF,
        _CUT,
        _ARREARS,
        _CLOSURE,
    ),
    _guard(
        "industry",
        Where.SENTENCE,
        "行业(?:内)?(?:裁员|降薪|倒闭|洗牌|寒冬)|(?:裁员|倒闭|降薪|破产)潮|多家(?:公司|企业|车企|大厂)|大公司|巨头们|各大"
        "|同行(?:们)?|不少(?:公司|企业)|许多企业|全球(?:企业|公司)",
        "a comment on the trade, not on one enterprise",
        _LAYOFF,
        _CUT,
        _CLOSURE,
        _BANKRUPT,
    ),
    _guard(
        "sport",
        Where.SENTENCE,
        "球员|球队|球星|俱乐部|续约|转会|联赛|主教练|NBA|nba|CBA|cba|中超|英超|西甲|足球|篮球|世界杯|战队|电竞|选手"
        "|湖人|勇士|巴萨|夺冠|赛季|引援|薪金空间",
        "athletes and clubs: 降薪续约",
    ),
    _guard(
        "fiction",
        Where.SENTENCE,
        "电视剧|剧集|剧中|剧情|饰演|主演|大结局|小说|综艺|电影|演唱会|乐队|男团|女团|组合|歌手|剧组|番剧|动漫|票房|上映"
        "|影片|开播|角色|追剧|明星|艺人|粉丝",
        "fiction and show business",
    ),
    _guard(
        "hiring",
        Where.CLAUSE,
        "招聘|扩招|急聘|高薪诚聘|招工|招贤|诚聘|校招|招募|增加[^，。]{0,4}岗位|扩编|纳新",
        "they hire",
        _LAYOFF,
        _CUT,
        _CLOSURE,
    ),
    _guard(
        "mended",
        Where.SENTENCE,
        "复工|复产|恢复(?:生产|营业|运营|正常)|补发|结清|发放到位|已(?:全部|足额)?(?:支付|发放|发清)|追回|追讨回|讨回|成功讨|帮(?:助|忙)?[^，。]{0,8}讨"
        "|走出(?:困境|破产)|起死回生|扭亏|涨薪|加薪|重新开(?:业|张)",
        "it is over",
        _ARREARS,
        _CLOSURE,
        _CUT,
    ),
    _guard(
        "product",
        Where.BEFORE,
        "(?:[a-z]+[a-z0-9]*|手机|车型|燃油车|新款|产品|型号|系列|电动车|饮料|口味|包装)[^，。！？；]{0,3}(?:将|正式|宣布|已|或将)*$",
        "a product, not its maker, ends",
        _CLOSURE,
    ),
    _guard(
        "product_after",
        Where.AFTER,
        "^[^，。！？；]{0,4}(?:手机|车型|燃油车|产品|型号|名单)",
        "a product, not its maker, ends",
        _CLOSURE,
    ),
    _guard(
        "weather",
        Where.SENTENCE,
        "停课|台风|暴雨|高温|疫情防控要求|停电|限电|检修|春节|防疫要求|停运",
        "a stop for some days, by order or season",
        _CLOSURE,
    ),
    _guard(
        "trade_of_the_firm",
        Where.AFTER,
        "^(?:清算|重整|管理人|法|案件|审判|法庭|业务|保护|律师|债权|顾问|服务)[^，。]{0,4}(?:业务|律师|服务|领域|法|论坛|事务|法庭)",
        "bankruptcy as somebody's business",
        _BANKRUPT,
    ),
    _guard(
        "crowd",
        Where.AFTER,
        "^(?:了)?(?:[^，。]{0,4}(?:人才|资源|优势|产业|企业|高端|目光|人气|效应|区|地))",
        "gathering of talent or industry, not of staff",
        _GATHER,
    ),
    _guard(
        "past",
        Where.SENTENCE,
        "去年|前年|往年|当年|历史上|多年前|[0-9一二三四五六七八九十]+年前|那一年|上世纪",
        "long ago",
        *OpinionKind,
    ),
    _guard(
        "one_person",
        Where.SENTENCE,
        "(?:男子|女子|女员工|男员工|女职工|男生|女生|怀孕|孕期|孕妇|一名?员工|工程师|大佬|高管|本人|夫妻)"
        "[^。！？]{0,10}(?:被裁|遭裁|被优化)",
        "what one person met with",
        _LAYOFF,
    ),
    _guard(
        "person_missing",
        Where.BEFORE,
        "(?:男子|女子|女生|男生|乘客|学生|老人|孩子|儿童|游客|女孩|男孩|飞机|航班|船)[^，。！？；]{0,8}$",
        "a person, not an enterprise, is out of reach",
        _CLOSURE,
    ),
    _guard(
        "executives_pay",
        Where.BEFORE,
        "(?:ceo|总裁|高管|董事长|创始人|管理层|老板)[^，。！？；]{0,6}$",
        "those at the top cut their own pay",
        _CUT,
    ),
    _guard(
        "claw_back",
        Where.BEFORE,
        "逆向$",
        "the employer asks pay back",
        _ARREARS,
    ),
    _guard(
        "safety_record",
        Where.SENTENCE,
        "安全生产|环保督察|消防|责令(?:停产)?整改|停产整顿|停业整顿|排污|超标",
        "a stop ordered for safety or the environment",
        _CLOSURE,
    ),
)

# Between an enterprise and the words that allege: somebody else is the subject.
OTHER_SUBJECT: Final = re.compile(
    "竞争对手|对手|同行|友商|供应商|客户|上游|下游|合作方|合作伙伴|竞品|行业|(?<![该本我其子分总])"
    "[^，。！？；、\\s该本我其子分总和与及旗下是被曝称]{2,6}(?:公司|集团|银行|学校|医院|俱乐部|剧组|球队|店)"
)
