"""What stands on the sample documents. All of it is made up."""

from __future__ import annotations

from dataclasses import dataclass

AUTHOR = "Ines Calloway"
TITLE = "Marisol Creek Water Works: Operating Report 2025"
BYLINE = "Ines Calloway and Tomasz Brandt, Process Control Group, January 2026"
HEADER = "Marisol Creek Water Works"
FOOTER = "Operating Report 2025"
FORMULA_LATEX = r"\log_{10}\frac{N}{N_0} = -k\,C^{n}\,t"
FORMULA_DRAWN = r"$\log_{10}\,\dfrac{N}{N_0} \;=\; -\,k\,C^{\,n}\,t$"

CHARTS = {
    "bar": {
        "page": 1,
        "type": "bar",
        "title": "Water treated",
        "columns": ["Quarter", "Volume (million m³)"],
        "rows": [["Q1", 6.2], ["Q2", 7.4], ["Q3", 8.9], ["Q4", 6.8]],
    },
    "line": {
        "page": 2,
        "type": "line",
        "title": "Turbidity before and after settling",
        "columns": ["Month", "Raw water", "Settled water"],
        "rows": [
            ["Jan", 6.0, 1.2],
            ["Mar", 9.5, 1.6],
            ["May", 12.0, 2.0],
            ["Jul", 5.0, 1.0],
            ["Sep", 4.0, 0.8],
            ["Nov", 8.0, 1.4],
        ],
    },
    "pie": {
        "page": 2,
        "type": "pie",
        "title": "Electricity use",
        "columns": ["Use", "Share (%)"],
        "rows": [["Pumping", 46], ["Ozone", 21], ["Backwash", 14], ["Sludge", 11], ["Other", 8]],
    },
    "scatter": {
        "page": 3,
        "type": "scatter",
        "title": "Coagulant demand",
        "columns": ["Raw turbidity (NTU)", "Dose (mg/L)"],
        "rows": [
            [2, 11],
            [3, 14],
            [4, 15],
            [5, 17],
            [6, 20],
            [8, 22],
            [9.5, 25],
            [11, 29],
            [12, 30],
            [14, 34],
        ],
    },
}

TABLE_COLUMNS = ["Month", "Turbidity (NTU)", "Chlorine (mg/L)", "pH", "Nitrate (mg/L)", "Samples"]
TABLE_ROWS = [
    ["January", "0.07", "0.62", "7.8", "9.4", "124"],
    ["February", "0.08", "0.60", "7.8", "9.9", "112"],
    ["March", "0.11", "0.58", "7.7", "11.2", "126"],
    ["April", "0.12", "0.57", "7.6", "12.6", "120"],
    ["May", "0.14", "0.55", "7.6", "13.1", "124"],
    ["June", "0.09", "0.59", "7.7", "10.8", "118"],
    ["July", "0.06", "0.64", "7.9", "8.3", "125"],
    ["August", "0.05", "0.66", "7.9", "7.7", "124"],
    ["September", "0.05", "0.65", "7.9", "7.5", "119"],
    ["October", "0.07", "0.63", "7.8", "8.8", "126"],
    ["November", "0.10", "0.59", "7.7", "10.1", "117"],
    ["December", "0.08", "0.61", "7.8", "9.6", "121"],
]
TABLE_SPLIT = 6
"""Body rows on the first of the two pages."""

LINK = "https://example.org/marisol-creek/open-data"

REPORT = {
    "summary": """
<h2>1 Summary</h2>
<p>In 2025 the works at Marisol Creek supplied 212,400 people in eleven districts. It treated
29.3 million cubic metres of water, 4.1 percent more than in the year before. Of 1,456 samples
of finished water, 1,453 met every limit; the three that did not were repeated within six hours
and were sound.</p>
<p>Two events stood out. The flood of 17 May raised the turbidity of the creek to 88 NTU within
five hours, the highest value since records began in 1974. On 3 October ozone line B was taken
out of service after a leak at its dielectric tubes; it came back on 9 November.</p>
<h2>2 Treatment</h2>
<h3>2.1 Intake and coagulation</h3>
<p>Water is drawn at two depths from the Halden reservoir. Since April the deeper intake has
been preferred, because algae near the surface shortened filter runs in the summer of 2024.
Polyaluminium chloride is dosed in the flash mixer in proportion to raw turbidity and corrected
by a streaming current detector.<sup>1</sup></p>
<p>The mean dose was 18.6 mg/L. After the impeller of flocculator 3 was replaced in February,
the same settled turbidity was reached with 7 percent less coagulant, which saved 41,000 euros
over the year.</p>
<h3>2.2 Filtration</h3>
<p>Twelve rapid filters with a bed of anthracite over sand work at 6.5 m/h. Their runs lasted
52 hours on average. Filter 7 was rebuilt with a new nozzle floor; the head loss of the clean
bed fell from 0.61 m to 0.38 m.</p>
""",
    "bar_caption": "<p class='caption'><b>Figure 1.</b> Volume of water treated in each quarter of 2025, in million cubic metres.</p>",
    "demand": """
<h3>2.3 Demand</h3>
<p>Demand followed the weather. The third quarter was the driest for nineteen years, and 8.9
million cubic metres left the works between July and September. The peak day was 11 August with
118,200 cubic metres, or 91 percent of the licensed capacity.</p>
<p>Losses in the network were estimated from night flows. They fell from 9.8 to 8.7 percent
after the trunk main in Orchard Street had been relined. A further 3.2 km will be relined in
2026, beginning at the Lindholm pumping station.</p>
<p>Customers were asked to save water on fourteen days. During these days demand was 6 percent
lower than the forecast, which suggests that voluntary appeals work for about two weeks before
people grow tired of them.</p>
<p>The works was staffed by 63 people, four of them apprentices. Working time lost through
accidents came to eleven hours. A drill with the fire brigade of Kestrel Ferry on 25 September
showed that the chlorine store can be closed off within three minutes.</p>
<p>Visitors are welcome again. Forty-one school classes saw the filters and the laboratory, and
the open day on 7 June drew about 2,600 guests.</p>
""",
    "footnote": "<p class='foot'><sup>1</sup> The detector was recalibrated on 2 June after a drift of 0.4 units had been found.</p>",
    "contact_time": """
<h2>3 Disinfection</h2>
<h3>3.1 Contact time</h3>
<p>Ozone is followed by chlorine in a baffled tank of 2,850 cubic metres. The inactivation of
bacteria and viruses is computed every fifteen minutes from the residual at the outlet, the
temperature and the flow, by the law of Chick and Watson:</p>
""",
    "by_products": """
<p>Here <i>C</i> is the residual of the disinfectant, <i>t</i> the time that ninety percent of
the water stays in the tank, and <i>k</i> and <i>n</i> are constants of the organism. At 8 °C the
target of four logs for viruses needs a product of 6.0 mg·min/L; the lowest value of the year
was 14.2 mg·min/L, on 18 May.</p>
<h3>3.2 By-products</h3>
<p>The sum of trihalomethanes stayed between 11 and 27 µg/L, far below the limit of 100 µg/L.
Bromate was found in nine of 48 samples, at most 2.6 µg/L.</p>
""",
    "line_caption": "<p class='caption'><b>Figure 2.</b> Monthly mean turbidity of raw and settled water in every second month.</p>",
    "quality": """
<h2>4 Water quality</h2>
<p>Settling removed between 78 and 83 percent of the turbidity (Figure 2). Snow melt made May the
worst month, with a mean of 12.0 NTU at the intake. The finished water of the same month had
0.14 NTU, still less than half of the internal limit of 0.30 NTU.</p>
<p>Nitrate in the reservoir rises in spring, when fields in the Orsa valley are bare. An
agreement with 38 farms to sow winter cover on 1,150 hectares began in September. Its effect is
expected to show in the spring of 2027 at the earliest.</p>
<h2>5 Energy</h2>
<p>The works used 11.7 GWh of electricity, or 0.40 kWh for each cubic metre. Pumping took the
largest share with 46 percent, followed by the making of ozone (Figure 3). Solar panels on the
roof of the filter hall, in service since 21 March, supplied 0.9 GWh.</p>
<p>Variable speed drives were fitted to the high lift pumps 2 and 4. They are expected to save
380 MWh a year and to have paid for themselves by 2029. Table 1 lists the quality of the water
that left the works.</p>
""",
    "pie_caption": "<p class='caption'><b>Figure 3.</b> Shares of the electricity used in 2025.</p>",
    "table_caption": "<p class='caption'><b>Table 1.</b> Finished water, monthly means of the year 2025.</p>",
    "table_continued": "<p class='caption'><b>Table 1</b> (continued). Finished water, monthly means of the year 2025.</p>",
    "maintenance": f"""
<h2>6 Maintenance</h2>
<p>Planned work took 14,200 hours and unplanned work 2,300 hours. The longest repair was that of
ozone line B. The main jobs for 2026 are:</p>
<ul>
<li>relining of the trunk main between Lindholm and Orchard Street,</li>
<li>new scrapers for settling tanks 1 and 2,</li>
<li>replacement of the chlorine analysers, model CX-410,</li>
<li>a second fibre line to the control room.</li>
</ul>
<h2>7 Outlook</h2>
<p>Activated carbon will be tested from April 2026 in a pilot column of 0.8 m diameter. The pilot
shall show whether the micropollutants listed in the annex can be held back at a cost of less
than 0.06 euros for each cubic metre.</p>
<p>Measured data of all stations are published each month at
<a href="{LINK}">example.org/marisol-creek</a> and may be used freely.</p>
<h2>8 Staff</h2>
<p>Helena Marchetti took over the laboratory on 1 July. Under her lead the time between sampling
and release of a result fell from 31 to 22 hours. Two chemists and one electrician were hired;
five colleagues retired after 164 years of service between them.</p>
<p>Each operator spent 26 hours in training. New in 2025 was a course on the security of control
systems, which all shifts had completed by December.</p>
""",
    "scatter_caption": "<p class='caption'><b>Figure 4.</b> Dose of coagulant against the turbidity of raw water, means of ten weeks.</p>",
    "coagulant": """
<h2>9 Coagulant demand</h2>
<p>The dose grows almost in step with raw turbidity (Figure 4): a base of about 7 mg/L is needed
even for clear water, and each further NTU takes 2 mg/L. The controller will use this line from
March 2026, with the current detector only for correction.</p>
<p>A trial with iron chloride in October gave no better water and 30 percent more sludge. It was
ended after nine days.</p>
<h2>References</h2>
<p class="references">[1] Calloway, I.: Streaming current control at small works. Orsa Technical
Notes 12, 2023, pages 40–57.</p>
<p class="references">[2] Brandt, T. and Sato, M.: Ozone contactors in cold water. Marisol Creek
Water Works, Report 88, 2021.</p>
""",
}

OUTLINE = [
    [1, TITLE, 1],
    [2, "1 Summary", 1],
    [2, "2 Treatment", 1],
    [3, "2.1 Intake and coagulation", 1],
    [3, "2.2 Filtration", 1],
    [3, "2.3 Demand", 1],
    [2, "3 Disinfection", 2],
    [3, "3.1 Contact time", 2],
    [3, "3.2 By-products", 2],
    [2, "4 Water quality", 2],
    [2, "5 Energy", 2],
    [2, "6 Maintenance", 3],
    [2, "7 Outlook", 3],
    [2, "8 Staff", 3],
    [2, "9 Coagulant demand", 3],
    [2, "References", 3],
]


@dataclass(frozen=True)
class ScanText:
    """A page to be scanned: text, a table, text below it."""

    html: str
    table: list[list[str]]
    html_after: str


SCAN_EN = ScanText(
    html="""
<h1>Inspection of Pumping Station Lindholm</h1>
<p class="by">Record no. 0472, 14 November 1987</p>
<p>The station was visited in the morning by Mr. Aldous Pemberton of the county board. All three
pumps were running when he arrived. Pump 2 made a knocking noise at 1,480 revolutions a minute,
and oil was found under its gland. The foreman, Mrs. Rosalind Okafor, was told to have the bearing
changed before the frost.</p>
<p>The float switch in the wet well had been tied up with wire. It was set free, and the alarm
rang at a level of 2.35 metres as it should. The fence on the north side is broken over a length
of eleven metres.</p>
""",
    table=[
        ["Pump", "Flow (L/s)", "Pressure (bar)", "Hours"],
        ["1", "64", "5.8", "12,310"],
        ["2", "51", "5.1", "19,845"],
        ["3", "66", "5.9", "8,072"],
    ],
    html_after="""
<h2>Findings</h2>
<p>The roof is sound. The log book is kept with care, but the entries for the week of 26 October
are missing. The next visit is set for 9 March 1988. Until then a spare bearing, type 6314, shall
be held in the store at Orchard Street.</p>
""",
)

SCAN_ZH = ScanText(
    html="""
<h1>青石湾自来水厂巡检记录</h1>
<p class="by">编号 0915，二〇二五年三月十二日</p>
<p>上午九时，检查组到达青石湾自来水厂。三台水泵运行正常，出水浊度为 0.08 NTU。二号沉淀池的刮泥机有轻微异响，已通知维修班在三月二十日前更换轴承。</p>
<p>加氯间通风良好，余氯为每升 0.62 毫克，符合国家标准。厂区北侧围栏有十一米破损，门卫室已经登记。值班员林晓岚介绍，去年全厂供水二千九百三十万立方米。</p>
""",
    table=[
        ["水泵", "流量", "压力", "运行时间"],
        ["一号", "64", "5.8", "12310"],
        ["二号", "51", "5.1", "19845"],
        ["三号", "66", "5.9", "8072"],
    ],
    html_after="""
<h2>整改意见</h2>
<p>一、更换二号沉淀池刮泥机轴承，备件型号 6314。二、修复北侧围栏。三、补齐二月份的水质记录。下次巡检定于六月十八日，由陈志远负责。</p>
""",
)

SCAN_PDF = [
    ScanText(
        html="""
<h1>Agreement on the Halden Reservoir</h1>
<p class="by">Concluded on 6 June 1961</p>
<p>The parish of Orsa and the town of Marisol agree to share the water of the Halden reservoir.
The town may draw up to 840 litres a second from October to April, and 610 litres a second in the
other months. The parish keeps the right of fishing and the use of the eastern bank.</p>
<p>The sill of the weir shall stand at 214.60 metres above the sea. Nobody may raise it without
the written consent of both parties.</p>
""",
        table=[
            ["Season", "Town (L/s)", "Parish (L/s)"],
            ["Winter", "840", "95"],
            ["Summer", "610", "160"],
        ],
        html_after="""
<h2>Payment</h2>
<p>The town pays 12,500 crowns each year on the first of July. If the level falls under 211.00
metres for more than thirty days, half of the sum is given back.</p>
""",
    ),
    ScanText(
        html="""
<h2>Duties of the Keeper</h2>
<p>A keeper is appointed by both parties for six years. He reads the gauge at seven in the morning
and writes the level, the wind and the thickness of the ice in a book, which anybody may see. The
first keeper is Halvard Lindqvist of Orsa.</p>
<p>The keeper holds the two keys of the sluice. One of them is painted red. He opens the sluice
when the level is above 214.90 metres, and he sends word to the mill before he does so.</p>
""",
        table=[
            ["Gauge", "Place", "Zero (m)"],
            ["A", "Weir", "208.15"],
            ["B", "Eastern bank", "208.20"],
        ],
        html_after="""
<h2>Disputes</h2>
<p>Disputes are heard by the district judge in Kestrel Ferry. The costs are shared in the ratio of
the water drawn in the year before.</p>
""",
    ),
]

MOLECULES_TITLE = "Annex B: Micropollutants in Raw Water"
MOLECULES_HTML = f"""
<h1>{MOLECULES_TITLE}</h1>
<p class="by">Marisol Creek Water Works, January 2026</p>
<p>Raw water of the Halden reservoir was searched for 64 substances in August 2025. The four
compounds below were found in more than half of the samples. Concentrations are medians of twelve
samples of one litre each, measured after solid phase extraction.</p>
"""
MOLECULES_AFTER = """
<h2>Assessment</h2>
<p>None of the four compounds has a limit in drinking water at these concentrations. Ozone removes
more than 90 percent of carbamazepine, but only about a third of atrazine. The pilot column with
activated carbon will therefore be judged by atrazine. The next search is planned for May 2026 and
will include 12 further substances.</p>
"""
MOLECULES = [
    ("Caffeine", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "38 ng/L"),
    ("Ibuprofen", "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "21 ng/L"),
    ("Carbamazepine", "NC(=O)N1c2ccccc2C=Cc2ccccc12", "54 ng/L"),
    ("Atrazine", "CCNc1nc(Cl)nc(NC(C)C)n1", "17 ng/L"),
]

FACTS = [
    ("report.pdf", 1, "How many people did the works supply?", "212,400"),
    ("report.pdf", 1, "When was the flood?", "17 May"),
    ("report.pdf", 1, "Peak day demand", "118,200 cubic metres"),
    ("report.pdf", 2, "Highest bromate", "2.6 µg/L"),
    ("report.pdf", 2, "Electricity used", "11.7 GWh"),
    ("report.pdf", 3, "Model of the chlorine analysers", "CX-410"),
    ("report.pdf", 3, "Diameter of the pilot column", "0.8 m"),
    ("scan_en.png", 1, "Who inspected the station?", "Aldous Pemberton"),
    ("scan_en.png", 1, "Alarm level", "2.35 metres"),
    ("scan_zh.png", 1, "值班员", "林晓岚"),
    ("scan.pdf", 1, "Height of the sill", "214.60 metres"),
    ("scan.pdf", 2, "Who is the first keeper?", "Halvard Lindqvist"),
    ("molecules.pdf", 1, "How many substances were searched for?", "64 substances"),
]


def truth() -> dict[str, object]:
    """Gather what a reader should find: charts, table, formula, molecules, facts and pages."""
    from rdkit import Chem

    return {
        "charts": list(CHARTS.values()),
        "table": {
            "source": "report.pdf",
            "pages": [2, 3],
            "split": TABLE_SPLIT,
            "columns": TABLE_COLUMNS,
            "rows": TABLE_ROWS,
        },
        "scan_tables": {
            "scan_en.png": SCAN_EN.table,
            "scan_zh.png": SCAN_ZH.table,
            "scan.pdf": [page.table for page in SCAN_PDF],
        },
        "formula": {"source": "report.pdf", "page": 2, "latex": FORMULA_LATEX},
        "link": {"source": "report.pdf", "page": 3, "uri": LINK},
        "headings": [
            {"level": level, "text": title, "page": page} for level, title, page in OUTLINE
        ],
        "footnote": {"source": "report.pdf", "page": 1, "text": "drift of 0.4 units"},
        "furniture": {"header": HEADER, "footer": FOOTER},
        "molecules": [
            {"name": name, "smiles": Chem.CanonSmiles(smiles), "page": 1}
            for name, smiles, _ in MOLECULES
        ],
        "facts": [
            {"source": source, "page": page, "question": question, "answer": answer}
            for source, page, question, answer in FACTS
        ],
    }
