"""Languages by the names of Tesseract's packs, by their ISO 639 codes, and in English."""

from __future__ import annotations

import difflib

from dsocr_integrations.errors import ConfigurationError

_TABLE = """
afr af afrikaans; amh am amharic; ara ar arabic; asm as assamese; aze az azerbaijani; aze_cyrl;
bel be belarusian; ben bn bengali bangla; bod bo tib tibetan; bos bs bosnian; bre br breton;
bul bg bulgarian; cat ca catalan; ceb cebuano; ces cs cze czech; chi_sim zh zho chi chinese;
chi_tra; chr cherokee; cos co corsican; cym cy wel welsh; dan da danish; deu de ger german;
div dv divehi maldivian; dzo dz dzongkha; ell el gre greek; eng en english; enm; epo eo esperanto;
est et estonian; eus eu baq basque; fao fo faroese; fas fa per persian farsi; fil tl tgl filipino
tagalog; fin fi finnish; fra fr fre french; frk fraktur; frm; fry fy frisian; gla gd gaelic;
gle ga irish; glg gl galician; grc; guj gu gujarati; hat ht haitian; heb he hebrew; hin hi hindi;
hrv hr croatian; hun hu hungarian; hye hy arm armenian; iku iu inuktitut; ind id indonesian;
isl is ice icelandic; ita it italian; ita_old; jav jv javanese; jpn ja japanese; kan kn kannada;
kat ka geo georgian; kat_old; kaz kk kazakh; khm km khmer; kir ky kyrgyz; kmr ku kur kurdish
kurmanji; kor ko korean; lao lo; lat la latin; lav lv latvian; lit lt lithuanian;
ltz lb luxembourgish; mal ml malayalam; mar mr marathi; mkd mk mac macedonian; mlt mt maltese;
mon mn mongolian; mri mi mao maori; msa ms may malay; mya my bur burmese; nep ne nepali;
nld nl dut dutch; nor no nb nn norwegian; oci oc occitan; ori or odia oriya; pan pa punjabi;
pol pl polish; por pt portuguese; pus ps pashto; que qu quechua; ron ro rum romanian;
rus ru russian; san sa sanskrit; sin si sinhala; slk sk slo slovak; slv sl slovenian; snd sd sindhi;
spa es spanish; spa_old; sqi sq alb albanian; srp sr serbian; srp_latn; sun su sundanese;
swa sw swahili; swe sv swedish; syr syriac; tam ta tamil; tat tt tatar; tel te telugu; tgk tg tajik;
tha th thai; tir ti tigrinya; ton to tonga; tur tr turkish; uig ug uyghur; ukr uk ukrainian;
urd ur urdu; uzb uz uzbek; uzb_cyrl; vie vi vietnamese; yid yi yiddish; yor yo yoruba
"""
_PACKS = {name: entry.split()[0] for entry in _TABLE.split(";") for name in entry.split()}


def pack_of(language: str) -> str:
    """The pack of a language, such as `rus` for `rus`, `ru` and `Russian`.

    Raises:
        ConfigurationError: If no pack is known by that name; the remedy names those that are near.
    """
    pack = _PACKS.get(language.casefold())
    if pack is not None:
        return pack
    near = difflib.get_close_matches(language.casefold(), _PACKS, n=3)
    meant = f" Perhaps {' or '.join(near)} is meant." if near else ""
    raise ConfigurationError(
        f"No language pack is known as {language!r}.{meant}",
        remedy="Name languages as Tesseract's packs (rus,kor), by their ISO codes (ru,ko) or in"
        " English (russian,korean).",
    )
