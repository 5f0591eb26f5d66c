"""Sentences of our own in several languages, put together at random."""

from __future__ import annotations

import random
import textwrap

SENTENCES = {
    "en": (
        "The harbour board met on Monday to discuss the dues that ships pay at the quay.",
        "Members agreed that the fee had not kept pace with the cost of dredging.",
        "A survey of the channel is planned for the spring, when the pilots have time.",
        "Two of the cranes need new cables, and the work can be done by the yard.",
        "Letters from residents about noise at night will be answered within a month.",
        "The keeper of the old mill sells flour, honey and dried apples on market days.",
        "Insurance of the tugs was renewed for three years at the former rate.",
        "It was resolved to paint the lighthouse and to ask two firms for their prices.",
        "Whoever finds a lost key is asked to hand it in at the office near the bridge.",
        "The school choir sings in the customs house before the first of December.",
        "Fishing from the northern pier is forbidden while the ferry lies alongside.",
        "Every visitor receives a map of the paths and a list of the inns.",
    ),
    "de": (
        "Der Hafenrat beriet am Montag über die Gebühren, die Schiffe am Kai zahlen.",
        "Die Mitglieder waren sich einig, dass der Betrag zu niedrig geworden ist.",
        "Im Frühjahr wird die Fahrrinne vermessen, sobald die Lotsen Zeit haben.",
        "Zwei der Kräne brauchen neue Seile, was die Werft selbst erledigen kann.",
        "Briefe der Anwohner über den nächtlichen Lärm werden bald beantwortet.",
        "Der Müller verkauft an Markttagen Mehl, Honig und getrocknete Äpfel.",
        "Wer einen Schlüssel findet, möge ihn im Büro an der Brücke abgeben.",
        "Vor dem ersten Dezember singt der Schulchor im alten Zollhaus.",
    ),
    "fr": (
        "Le conseil du port s'est réuni lundi pour parler des droits de quai.",
        "Les membres ont jugé que la taxe ne couvrait plus les frais de dragage.",
        "Un relevé du chenal est prévu au printemps, quand les pilotes auront le temps.",
        "Deux grues ont besoin de nouveaux câbles, et le chantier peut s'en charger.",
        "Les lettres des riverains sur le bruit recevront une réponse avant un mois.",
        "Le meunier vend de la farine, du miel et des pommes séchées les jours de marché.",
        "Celui qui trouve une clé est prié de la déposer au bureau près du pont.",
        "La chorale de l'école chantera dans la vieille douane avant décembre.",
    ),
    "es": (
        "La junta del puerto se reunió el lunes para hablar de las tarifas del muelle.",
        "Los miembros opinaron que la cuota ya no cubría el coste del dragado.",
        "En primavera se medirá el canal, cuando los prácticos tengan tiempo.",
        "Dos de las grúas necesitan cables nuevos, y el astillero puede ponerlos.",
        "Las cartas de los vecinos sobre el ruido tendrán respuesta en un mes.",
        "El molinero vende harina, miel y manzanas secas los días de mercado.",
        "Quien encuentre una llave debe entregarla en la oficina junto al puente.",
        "El coro de la escuela cantará en la antigua aduana antes de diciembre.",
    ),
    "pl": (
        "Rada portu zebrała się w poniedziałek, aby omówić opłaty za postój statków.",
        "Członkowie uznali, że opłata nie nadąża za kosztami pogłębiania.",
        "Wiosną, gdy piloci będą mieli czas, zostanie zmierzony tor wodny.",
        "Dwa dźwigi potrzebują nowych lin, a pracę tę może wykonać stocznia.",
        "Listy mieszkańców o nocnym hałasie otrzymają odpowiedź w ciągu miesiąca.",
        "Młynarz sprzedaje mąkę, miód i suszone jabłka w dni targowe.",
    ),
    "zh": (
        "港口委员会星期一开会讨论船只在码头缴纳的费用。",
        "委员们同意现在的收费已经不够支付疏浚的成本。",
        "春天引水员有时间的时候会测量航道的深度。",
        "两台起重机需要更换新的钢索，船厂可以完成这项工作。",
        "居民关于夜间噪音的来信将在一个月内得到答复。",
        "拾到钥匙的人请交到桥边的办公室。",
    ),
    "ja": (
        "港湾委員会は月曜日に岸壁の使用料について話し合いました。",
        "料金が浚渫の費用に追いついていないことで意見が一致しました。",
        "春になり水先案内人に時間ができたら航路を測ります。",
        "二台のクレーンには新しい綱が必要で造船所が作業します。",
        "夜の騒音についての手紙には一か月以内に返事をします。",
        "鍵を拾った人は橋のそばの事務所に届けてください。",
    ),
    "ko": (
        "항만 위원회는 월요일에 부두 사용료에 대하여 의논하였습니다.",
        "위원들은 요금이 준설 비용을 따라가지 못한다는 데 동의하였습니다.",
        "봄이 되어 도선사에게 시간이 생기면 항로를 측량할 예정입니다.",
        "기중기 두 대에 새 밧줄이 필요하며 조선소가 작업할 수 있습니다.",
        "밤의 소음에 관한 주민들의 편지에는 한 달 안에 답장을 드립니다.",
        "열쇠를 주운 사람은 다리 옆 사무실에 맡겨 주십시오.",
    ),
    "ru": (
        "Правление порта собралось в понедельник, чтобы обсудить сборы с судов.",
        "Члены согласились, что плата отстала от расходов на углубление дна.",
        "Весной, когда у лоцманов будет время, измерят глубину фарватера.",
        "Двум кранам нужны новые тросы, и верфь может выполнить эту работу.",
        "На письма жителей о ночном шуме ответят в течение месяца.",
        "Кто найдёт ключ, пусть отдаст его в контору у моста.",
    ),
    "el": (
        "Το συμβούλιο του λιμανιού συνεδρίασε τη Δευτέρα για τα τέλη των πλοίων.",
        "Τα μέλη συμφώνησαν ότι η χρέωση δεν καλύπτει πια το κόστος της εκβάθυνσης.",
        "Την άνοιξη, όταν οι πλοηγοί θα έχουν χρόνο, θα μετρηθεί ο δίαυλος.",
        "Δύο γερανοί χρειάζονται νέα συρματόσχοινα και το ναυπηγείο θα τα βάλει.",
        "Οι επιστολές των κατοίκων για τον θόρυβο θα απαντηθούν σε έναν μήνα.",
        "Όποιος βρει κλειδί ας το παραδώσει στο γραφείο δίπλα στη γέφυρα.",
    ),
    "hi": (
        "बंदरगाह समिति सोमवार को घाट के शुल्क पर चर्चा करने के लिए मिली।",
        "सदस्य सहमत थे कि शुल्क खुदाई की लागत से पीछे रह गया है।",
        "वसंत में जब चालकों के पास समय होगा तब मार्ग नापा जाएगा।",
        "दो क्रेनों को नई रस्सियों की आवश्यकता है और काम यहीं होगा।",
        "रात के शोर के बारे में निवासियों के पत्रों का उत्तर दिया जाएगा।",
    ),
    "th": (
        "คณะกรรมการท่าเรือประชุมเมื่อวันจันทร์เรื่องค่าธรรมเนียมเรือ",
        "สมาชิกเห็นพ้องว่าค่าธรรมเนียมไม่พอกับค่าขุดลอกร่องน้ำ",
        "ในฤดูใบไม้ผลิจะสำรวจร่องน้ำเมื่อคนนำร่องมีเวลา",
        "ปั้นจั่นสองตัวต้องใช้สายใหม่และอู่เรือทำงานนี้ได้",
        "จดหมายของชาวบ้านเรื่องเสียงดังจะได้รับคำตอบภายในหนึ่งเดือน",
    ),
    "ar": (
        "اجتمع مجلس الميناء يوم الاثنين لمناقشة رسوم السفن عند الرصيف",
        "اتفق الأعضاء على أن الرسوم لم تعد تغطي تكاليف التعميق",
        "سيقاس الممر في الربيع عندما يتوفر الوقت للمرشدين",
        "تحتاج رافعتان إلى حبال جديدة ويمكن للحوض أن يقوم بالعمل",
        "سيتم الرد على رسائل السكان حول الضوضاء خلال شهر",
    ),
}
"""Sentences by language, as ISO 639-1 names it."""

_MONTHS = ("January", "March", "April", "May", "June", "August", "October", "November")


def paragraph(language: str, sentences: int, chance: random.Random) -> str:
    """So many different sentences, if there are as many."""
    known = SENTENCES[language]
    joiner = "" if language in {"zh", "ja"} else " "
    return joiner.join(chance.sample(known, min(sentences, len(known))))


def wrapped(language: str, sentences: int, width: int, chance: random.Random) -> list[str]:
    """A paragraph as printed lines of at most so many characters."""
    text = paragraph(language, sentences, chance)
    if language in {"zh", "ja"}:
        return [text[start : start + width // 2] for start in range(0, len(text), width // 2)]
    return textwrap.wrap(text, width)


def date(chance: random.Random) -> str:
    """Such as `25 April 2008`."""
    return f"{chance.randint(1, 28)} {chance.choice(_MONTHS)} {chance.randint(1950, 2039)}"


def amount(chance: random.Random) -> str:
    """Such as `48,170.50`."""
    return f"{chance.randint(1_000, 999_999):,}.{chance.randint(0, 99):02}"
