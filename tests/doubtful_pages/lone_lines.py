"""Scans of English prose with one short line in a script that few can read, or in English too."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.doubtful_pages.faces import FacesMissingError, face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import wrapped

LINES = {
    "Hebrew": ("הבניין סגור ביום שני.", "הכרטיסים נמכרים בכניסה."),
    "Thai": ("อาคารนี้ปิดทุกวันจันทร์", "ซื้อตั๋วได้ที่ประตู"),
    "Georgian": ("შენობა ორშაბათს დაკეტილია.", "ბილეთები იყიდება შესასვლელთან."),
    "Armenian": ("Շենքը փակ է երկուշաբթի օրերին։", "Տոմսերը վաճառվում են մուտքի մոտ։"),
    "Ethiopic": ("ሕንፃው ሰኞ ዝግ ነው።", "ትኬቶች በመግቢያው ይሸጣሉ።"),
    "Khmer": ("អគារនេះបិទនៅថ្ងៃច័ន្ទ។", "សំបុត្រលក់នៅច្រកចូល។"),
    "Bengali": ("ভবনটি সোমবার বন্ধ থাকে।", "টিকিট প্রবেশপথে পাওয়া যায়।"),
    "Tamil": ("கட்டிடம் திங்கட்கிழமை மூடப்படும்.", "நுழைவுச்சீட்டு வாயிலில் கிடைக்கும்."),
    "Devanagari": ("यह भवन सोमवार को बंद रहता है।", "टिकट द्वार पर मिलते हैं।"),
    "Arabic": ("المبنى مغلق يوم الاثنين.", "تباع التذاكر عند المدخل."),
    "Latin": ("The building is closed.", "Tickets are sold at the door."),
}
_FOLDER = Path("/usr/share/fonts")


def make(folder: Path, seed: int, script: str = "") -> MadePage:
    """Draw a notice at 150 dpi; its odd line stands first, last or amid the others.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        script: Key of `LINES`; one of them at random when empty.

    Raises:
        FacesMissingError: If the script's font is not installed.
    """
    chance = random.Random(seed)
    script = script or chance.choice(list(LINES))
    size = chance.choice((22, 26, 30))
    latin = face("en", chance)
    fonts = sorted(_FOLDER.rglob(f"Noto*s{script}-Regular.ttf")) if script != "Latin" else [latin]
    if not fonts:
        raise FacesMissingError(f"No font for {script}: apt-get install fonts-noto-core")
    lines = [(line, latin) for line in wrapped("en", 4, 58, chance)]
    odd = chance.choice(LINES[script])
    lines.insert(chance.choice((0, 2, len(lines))), (odd, chance.choice(fonts)))
    picture = Image.new("L", (1100, 120 + round(1.9 * size * len(lines))), chance.randint(235, 255))
    pen = ImageDraw.Draw(picture)
    for place, (line, file) in enumerate(lines):
        font = ImageFont.truetype(str(file), size)
        pen.text((80, 50 + 1.9 * size * place), line, font=font, fill=chance.randint(0, 50))
    path = folder / f"lone_line_{seed}.png"
    picture.save(path, dpi=(150, 150))
    return MadePage(path, tuple(line for line, _ in lines), (odd,), script)
