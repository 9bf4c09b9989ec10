"""Languages, their letters, and how their names are inflected: what the table of names is made of."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping

#: Letters of each script that may make a name. Vowel signs may not begin one.
LETTERS: Mapping[str, str] = {
    "latin": "abcdefghijklmnoprstuvyzáéíóöüäåøčšžłğışçñãêő",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшыьэюяієїґљњћђқңөүұҳӣў",
    "greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
    "armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցփքօֆ",
    "georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگڤۆێەٹڈے",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "han": "李小明王花子伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛超霞平刚桂陈玲",
    "kana": "あいうえおかきくけこさしすせそたちつてとなにぬねのハヒフヘホマミムメモヤユヨラリルレロ",
    "hangul": "김이박최정강조윤장임지민서연하준도현우진수은주아영유나",
    "thai": "กขคงจชซญดตถทนบปพฟมยรลวสหอะาิีุูเแโไ่้",
    "lao": "ກຂຄງຈຊຍດຕຖທນບປຜພຟມຢຣລວສຫອຮະາິີຸູເແໂ່້",
    "khmer": "កខគឃងចឆជញដឋណតថទធនបផពភមយរលវសហឡអាិីុូេោ",
    "burmese": "ကခဂငစဆဇညတထဒနပဖဗဘမယရလဝသဟအာိီုူေံ",
    "devanagari": "अआइकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौ",
    "bengali": "অআইকখগঘচছজঝটঠডঢণতথদধনপফবভমযরলশষসহািীুূেৈোৌ",
    "gurmukhi": "ਅਆਇਕਖਗਘਚਛਜਟਠਡਣਤਥਦਧਨਪਫਬਭਮਯਰਲਵਸਹਾਿੀੁੂੇੈੋੌ",
    "gujarati": "અઆઇકખગઘચછજટઠડણતથદધનપફબભમયરલવશષસહાિીુૂેૈોૌ",
    "oriya": "ଅଆଇକଖଗଘଚଛଜଟଠଡଣତଥଦଧନପଫବଭମଯରଲଶଷସହାିୀୁୂେୈୋୌ",
    "tamil": "அஆஇகஙசஞடணதநபமயரலவழளறனஷஸஹாிீுூெேைொோ",
    "telugu": "అఆఇకఖగఘచఛజటఠడణతథదధనపఫబభమయరలవశషసహాిీుూెేైొో",
    "kannada": "ಅಆಇಕಖಗಘಚಛಜಟಠಡಣತಥದಧನಪಫಬಭಮಯರಲವಶಷಸಹಾಿೀುೂೆೇೈೊೋ",
    "malayalam": "അആഇകഖഗഘചഛജടഠഡണതഥദധനപഫബഭമയരലവശഷസഹാിീുൂെേൈൊോ",
    "sinhala": "අආඉකඛගඝචඡජටඨඩණතථදධනපඵබභමයරලවශෂසහාිීුූෙේොෝ",
    "ethiopic": "ሀለመረሰሸቀበተነአከወዘየደገጠጸፈማሚራሊናኒታዊዳቢያ",
    "tibetan": "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨིེོུ",
    "thaana": "ހށނރބޅކއވމފދތލގޏސޑޒޓޔޕޖޗަާިީުޫެޭޮޯ",
    "yi": "ꀀꀁꀂꀃꀄꀅꀆꀇꀈꀉꀊꀋꀌꀍꀎꀏꀐꀑꀒꀓꀔꀕꀖꀗꀘꀙꀚꀛ",
    "syllabics": "ᐁᐃᐅᐊᐯᐱᐳᐸᑌᑎᑐᑕᑫᑭᑯᑲᒉᒋᒍᒐᒣᒥᒧᒪᓀᓂᓄᓇ",
    "cherokee": "ᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻ",
}
CASED = frozenset({"latin", "cyrillic", "greek", "armenian", "cherokee"})
#: Every language of ISO 639-1 and some of three letters, by the script that is not Latin; a tag may be any
#: that has their form. One that is written in several stands under each.
WRITTEN: Mapping[str, str] = {
    "cyrillic": "ab av ba be bg ce cu cv kk kv ky mk mn os ru sr tg tt uk uz az bs kazakh-none",
    "greek": "el grc",
    "armenian": "hy",
    "georgian": "ka",
    "arabic": "ar fa ps sd ug ur ku ks ms ha ckb arz",
    "hebrew": "he yi iw",
    "han": "zh yue ja wuu nan",
    "kana": "ja ryu",
    "hangul": "ko",
    "thai": "th",
    "lao": "lo",
    "khmer": "km",
    "burmese": "my shn",
    "devanagari": "hi mr ne sa bh sd ks mai",
    "bengali": "bn as",
    "gurmukhi": "pa",
    "gujarati": "gu",
    "oriya": "or",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "malayalam": "ml",
    "sinhala": "si",
    "ethiopic": "am ti gez",
    "tibetan": "bo dz",
    "thaana": "dv",
    "yi": "ii",
    "syllabics": "iu cr oj",
    "cherokee": "chr",
    "latin": "aa ae af ak an ay az bi bm br bs ca ch co cs cy da de ee en eo es et eu ff fi fj fo fr fy "
    "ga gd gl gn gv ha ho hr ht hu hz ia id ie ig ik io is it jv kg ki kj kl kr kw la lb lg li "
    "ln lt lu lv mg mh mi ms mt na nb nd ng nl nn no nr nv ny oc om pi pl pt qu rm rn ro rw sc "
    "se sg sh sk sl sm sn so sq sr ss st su sv sw tk tl tn to tr ts tw ty uz ve vi vo wa wo xh "
    "yo za zu ku fil haw smi nds",
}

_PREFIXES: Mapping[str, tuple[str, ...]] = {
    "arabic": ("و", "ب", "ل", "ك", "ف", "وب", "ال"),
    "hebrew": ("ו", "ב", "ל", "ה", "מ", "ש", "כ", "וש"),
    "ethiopic": ("ለ", "የ", "በ", "ከ"),
    "han": ("和", "给", "小", "阿"),
    "kana": ("と", "お"),
    "thai": ("น้อง", "กับ", "ให้"),
    "lao": ("ນ້ອງ", "ກັບ"),
}
#: What is written straight after a name.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "latin": ("'s", "s", "’s", "-nak"),
    "cyrillic": ("-то",),
    "greek": (),
    "han": ("的", "去公园", "说", "和"),
    "kana": ("の", "は", "が", "を", "くん", "ちゃん", "さん"),
    "hangul": ("는", "은", "가", "이", "를", "을", "의", "야", "에게", "와", "랑"),
    "thai": ("ไป", "กับ", "จึง"),
    "lao": ("ໄປ", "ກັບ"),
    "khmer": ("បាន", "និង"),
    "burmese": ("က", "သည်", "ကို"),
    "devanagari": ("ने", "को", "ला", "चा", "जी", " का", "ों"),
    "bengali": ("কে", "র", "ের", "দের"),
    "tamil": ("வின்", "ை", "உக்கு"),
    "telugu": ("కు", "ని"),
    "kannada": ("ಗೆ", "ನ್ನು"),
    "malayalam": ("യുടെ", "ക്ക്"),
    "georgian": ("ს", "მ", "ის", "თან"),
    "armenian": ("ի", "ին", "ից"),
    "arabic": ("ي", "نا", "ه"),
    "hebrew": ("ל'ה", "־"),
    "ethiopic": ("ን", "ም"),
}
#: Endings by language: Finnish cases and clitics, Turkish cases with and without an apostrophe …
_BY_LANGUAGE: Mapping[str, tuple[str, ...]] = {
    "fi": ("n", "lla", "ssa", "sta", "lle", "ta", "ksi", "lta", "kin", "han"),
    "et": ("le", "ga", "st", "ks"),
    "hu": ("nak", "val", "ra", "hoz", "t", "ért"),
    "tr": ("'nın", "'ya", "'yı", "'da", "’dan", "nın", "ya", "la"),
    "az": ("ın", "a"),
    "de": ("s", "ns", "chen"),
    "sv": ("s",),
    "pl": ("owi", "em", "a", "ie"),
    "cs": ("ovi", "em", "ova"),
    "lt": ("ui", "as"),
    "ru": ("у", "ом", "е", "ами", "ин", "ина"),
    "uk": ("ові", "ом", "у"),
}
#: A last letter and what takes its place.
_CHANGED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ru": {
        "а": ("ы", "и", "е", "у", "ой", "ою"),
        "я": ("и", "е", "ю", "ей"),
        "ь": ("я", "ю", "ем"),
        "й": ("я", "ю"),
    },
    "uk": {"а": ("и", "і", "у", "ою"), "я": ("і", "ю", "ею")},
    "be": {"а": ("ы", "у", "ай")},
    "bg": {"а": ("о",)},
    "sr": {"а": ("е", "и", "у", "ом"), "a": ("e", "i", "u", "om")},
    "pl": {"a": ("y", "i", "ę", "ą", "o", "ie")},
    "cs": {"a": ("y", "u", "o", "ou", "e")},
    "sk": {"a": ("y", "u", "ou")},
    "hr": {"a": ("e", "i", "u", "om")},
    "lv": {"s": ("", "m"), "a": ("as", "ai", "u")},
    "lt": {"a": ("os", "ai", "ą")},
    "el": {"α": ("ας",), "η": ("ης",)},
    "mr": {"ा": ("े", "्या")},
    "hi": {"ा": ("े", "ो")},
}


def languages() -> Iterator[tuple[str, str]]:
    """Each language with a script."""
    for script, tags in WRITTEN.items():
        yield from ((tag, script) for tag in tags.split() if "-" not in tag)


def names(language: str, script: str, length: int, seed: int) -> Iterator[str]:
    """Names of so many letters: any, and where the language changes last letters one that ends so."""
    chance = random.Random(f"{language} {script} {length} {seed}")
    letters = LETTERS[script]
    firsts = [letter for letter in letters if letter.isalpha() and letter not in "ьы่้"]
    drawn = [chance.choice(firsts)]
    while len(drawn) < length:
        # No sign follows a sign.
        drawn.append(chance.choice(letters if drawn[-1].isalpha() else firsts))
    yield _capital("".join(drawn), script)
    if not drawn[-2].isalpha():
        return
    for last, endings in _CHANGED.get(language, {}).items():
        if last in letters and length > (3 if "" in endings else 2):
            yield _capital("".join((*drawn[:-1], last)), script)


def _capital(name: str, script: str) -> str:
    return name.capitalize() if script in CASED else name


def written(name: str, language: str, script: str) -> Iterator[str]:
    """All the ways in which a text has a name: cases, inflections, prefixes."""
    yield name
    yield from (name + ending for ending in (*_ENDINGS.get(script, ()), *_BY_LANGUAGE.get(language, ())))
    yield from (prefix + name for prefix in _PREFIXES.get(script, ()))
    if len(name) > 2:
        yield from (name[:-1] + ending for ending in _changed(name, language))
    if script in CASED:
        yield from (name.lower(), name.upper(), name.swapcase())
        yield from (name.lower() + ending for ending in _BY_LANGUAGE.get(language, ()))


def _changed(name: str, language: str) -> Iterator[str]:
    """What takes the place of a last letter; what is left of a name has three letters at least."""
    endings = _CHANGED.get(language, {}).get(name[-1], ())
    yield from (ending for ending in endings if ending or len(name) > 3)


def inflected(language: str) -> bool:
    """Whether the language has endings of its own here."""
    return language in _BY_LANGUAGE or language in _CHANGED


#: Where a name stands. ``~`` is other text of the language.
Place = Callable[[str, str], str]
PLACES: tuple[Place, ...] = (
    lambda name, other: f"{name} {other}.",
    lambda name, other: f"{other} {name} {other}",
    lambda name, other: f"{other} {name}",
    lambda name, other: f"“{name}!” ({name}); {name}… {name}, {name}? *{name}*",
    lambda name, other: f"{other}-{name}-{other} {name}/{name} l'{name} #{name} @{name}_7",
    lambda name, other: f"到{name}里 で{name}、{name}。「{name}」",
    lambda name, other: f"\n{name}\t{name}\u00a0{name}\u200b{other}",
)


def other_words(script: str, name: str) -> str:
    """Words of a script in which no letter of a name occurs."""
    left = [
        letter for letter in LETTERS[script] if letter.isalpha() and letter.casefold() not in name.casefold()
    ]
    return "".join(left[:5]) or "…"


def told(forms: Iterable[str], script: str, name: str) -> str:
    """A text that has each form in each place."""
    other = other_words(script, name)
    # Scripts with capitals part their words: a short name within one is another word.
    places = PLACES if script in CASED else (*PLACES, lambda name, other: f"a{name}z_{name}z")
    return "\n".join(place(form, other) for form in forms for place in places)


#: A name as a parent gives it, and how it may be written elsewhere; each way is tried in both directions.
OTHER_SPELLINGS: tuple[tuple[str, ...], ...] = (
    ("Jürgen", "Juergen", "JUERGEN", "Ju\u0308rgen"),
    ("Ömer", "Oemer", "OEMER"),
    ("Käthe", "Kaethe"),
    ("Bjørn", "Bjoern", "Björn"),
    ("Åse", "Aase", "A\u030ase"),
    ("Æsa", "Aesa", "ÆSA"),
    ("Œdipe", "Oedipe", "œdipe"),
    ("Ægir Bjørnsson", "Aegir Bjoernsson"),
    ("张伟", "張偉", "张　伟", "張 偉"),
    ("後藤", "后藤"),
    ("이지우", "이 지 우", "이 지우"),
    ("はな", "ハ ナ", "は・な"),
    ("廣瀬", "広瀬", "广濑", "廣瀨"),
    ("斎藤恵子", "齋藤惠子", "斋藤惠子"),
    ("Іван", "Иван", "ІВАН"),
    ("Олексій Ґонта", "Олексий Гонта"),
    ("Zyxonïa", "Zyxonia", "Zyxon&iuml;a", "Zyxon&#239;a", "Zyxon&#xEF;a"),
    ("Jürgen", "J&uuml;rgen", "J&#252;rgen"),
    ("Zyxonia", "Zyxоniа", "Zухоniа", "ZyxоNIA", "Zyxoniα"),
    ("Маша", "Mаша", "Мaшa"),
    ("O'Neil", "O&#39;Neil", "O&rsquo;Neil"),
)


def disguises(name: str) -> Iterator[str]:
    """Ways to write a name that a person still reads as that name."""
    for gap in (" ", "-", "–", ".", " · ", "_", "\u00a0"):
        yield gap.join(name)
    for unseen in ("\u115f", "\u1160", "\u3164", "\uffa0", "\u034f", "\u2060", "\u17b4", "\u00ad"):
        yield f"{name[:1]}{unseen}{name[1:]}"
        yield unseen.join(name)
    yield "".join(f"&#{ord(letter)};" for letter in name)
    yield f"{name[:-1]}&#x{ord(name[-1]):x};"


#: Sentences in which nobody is named, with names that are nearly in them.
ORDINARY: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Mae", "Sue", "Zoe", "Joe", "Rae"), "A man was seen on a map, and they jumped at the sun."),
    (("Aase", "Noel", "Joel"), "It was a case of an old ruler, and the nose of a jolly mole."),
    (("Ömer", "Åse", "Jürgen"), "The ruler asked for some more, and the burgers were gone."),
    (("Ian", "Abe"), "I am a big dog. A B C, x y z, e.g. a - b - c, U.S.A."),
    (("Jürgen", "Bjørn"), "Die Jungen waren über Nacht für Bären in der Höhle; blå øyne og små ører."),
    (("Tom", "Cat"), "Кот и кит: томат и сатин, кросс и тема."),
    (("Сара", "Вера"), "A capable beaver can capture a bear."),
    (("Ірина", "Ева"), "Вони йшли в ліс, і сонце світило. Диваны стоят."),
    (("张伟", "後藤"), "我 们 去 公 园，后来大家都伟大。皇后在宫里，藤在墙上。"),
    (("Ann", "Lea"), "Salt &amp; pepper &lt;3 &plan; R&D; AT&T; &nbsp;over there"),
    (("Max", "Ida"), "m-a-p, d.o.t, f_i_g and 1 2 3 4 5 i d e a"),
)
