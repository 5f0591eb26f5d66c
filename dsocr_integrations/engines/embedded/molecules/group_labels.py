"""Groups that chemists write as one label at the end of a bond, which OSRA leaves unknown."""

from __future__ import annotations

import re

GROUPS = {
    "C": "CH3 H3C Me *H3 H3*",
    "CC": "C2H5 H5C2 CH2CH3 CH3CH2 H3CH2C Et",
    "CCC": "C3H7 H7C3 C3H1 CH2CH2CH3 nPr n-Pr",
    "C(C)C": "CH(CH3)2 (H3C)2HC iPr i-Pr",
    "C(C)(C)C": "C(CH3)3 (H3C)3C tBu t-Bu",
    "CO": "CH2OH HOH2C HOCH2",
    "CCCC": "nBu n-Bu C4H9 H9C4 Bu",
    "CC(C)C": "iBu i-Bu",
    "C(F)F": "CHF2 CF2H F2HC HF2C",
    "C(F)(F)F": "CF3 F3C",
    "C#N": "CN NC",
    "C=O": "CHO OHC",
    "C(=O)O": "CO2H COOH HO2C HOOC C*2H *O2H HO2*",
    "C(=O)OC": "CO2CH3 COOCH3 CO2Me COOMe H3CO2C H3COOC MeO2C MeOOC",
    "C(=O)OCC": "CO2C2H5 COOC2H5 CO2CH2CH3 CO2Et COOEt C2H5O2C EtO2C EtOOC",
    "C(=O)OC(C)(C)C": "CO2C(CH3)3 CO2tBu CO2-t-Bu CO2t-Bu Boc",
    "C(=O)C": "COCH3 CH3CO H3COC Ac",
    "C(=O)N": "CONH2 H2NOC H2NCO",
    "CC(=O)O": "CH2CO2H CH2COOH HO2CCH2 HOOCCH2 HO2CH2C",
    "CC(=O)OC": "CH2CO2CH3 CH2CO2Me CH2COOCH3 MeO2CCH2 H3CO2CH2C",
    "CC(=O)OCC": "CH2CO2Et CH2CO2C2H5 CH2COOEt EtO2CCH2",
    "CCO": "CH2CH2OH HOCH2CH2 HOH2CH2C",
    "COC": "CH2OCH3 CH2OMe CH3OCH2 MeOCH2 H3COH2C",
    "CN": "CH2NH2 H2NCH2 H2NH2C",
    "CC#N": "CH2CN NCCH2 NCH2C",
    "CCl": "CH2Cl ClCH2 ClH2C",
    "CBr": "CH2Br BrCH2 BrH2C",
    "Cc1ccccc1": "CH2Ph PhCH2 PhH2C CH2C6H5 Bn",
    "C(=O)NC": "CONHCH3 CONHMe H3CHNOC MeHNOC",
    "C(=O)N(C)C": "CON(CH3)2 CONMe2 (H3C)2NOC Me2NOC",
    "C(=O)Cl": "COCl ClOC",
    "C(=O)c1ccccc1": "COPh PhCO PhOC Bz",
    "OCc1ccccc1": "OBn BnO OCH2Ph PhCH2O PhH2CO",
    "Oc1ccccc1": "OPh PhO",
    "NC(=O)OC(C)(C)C": "NHBoc BocHN BocNH",
    "OS(=O)(=O)C": "OMs MsO OSO2CH3",
    "OS(=O)(=O)c1ccc(C)cc1": "OTs TsO",
    "OS(=O)(=O)C(F)(F)F": "OTf TfO OSO2CF3",
    "S(=O)(=O)c1ccc(C)cc1": "Ts",
    "[Si](C)(C)C(C)(C)C": "TBS TBDMS",
    "O[Si](C)(C)C(C)(C)C": "OTBS TBSO OTBDMS",
    "c1ccccc1": "C6H5 Ph",
    "Cl": "Cl *l",
    "O": "OH HO =O",
    "S": "SH HS =S",
    "OC": "OCH3 CH3O H3CO OMe MeO",
    "OCC": "OC2H5 C2H5O OCH2CH3 OEt EtO",
    "OC(C)C": "OiPr iPrO",
    "OC(C)(C)C": "OtBu tBuO",
    "OC(F)F": "OCHF2 OCF2H F2HCO HF2CO",
    "OC(F)(F)F": "OCF3 F3CO",
    "OC(=O)C": "OCOCH3 H3COCO OAc AcO",
    "C(=O)[O-]": "CO2- COO-",
    "N=[N+]=[N-]": "N3",
    "N=O": "NO ON",
    "N": "NH2 H2N",
    "NC": "NHCH3 H3CHN CH3NH NHMe MeHN MeNH",
    "N(C)C": "N(CH3)2 (H3C)2N (CH3)2N NMe2 Me2N",
    "N(CC)CC": "N(C2H5)2 (C2H5)2N NEt2 Et2N",
    "NC(=O)C": "NHCOCH3 H3COCHN NHAc AcHN AcNH",
    "[N+](=O)[O-]": "NO2 O2N",
    "SC": "SCH3 CH3S H3CS SMe MeS",
    "SC(F)F": "SCHF2 SCF2H F2HCS HF2CS",
    "SC(F)(F)F": "SCF3 F3CS",
    "S(=O)(=O)C": "SO2CH3 CH3SO2 H3CO2S SO2Me MeO2S",
    "S(=O)(=O)N": "SO2NH2 H2NO2S H2NSO2",
    "S(=O)(=O)O": "SO3H HO3S",
    "S(=O)(=O)C(F)(F)F": "SO2CF3 F3CO2S CF3SO2",
    "[Si](C)(C)C": "Si(CH3)3 (H3C)3Si SiMe3 Me3Si TMS",
}
"""Labels of each group, written from the bond outwards and the other way round.

An asterisk is a letter that OSRA could not read; C3H1 has its 7 misread.
"""

_SMILES_OF = {label: smiles for smiles, labels in GROUPS.items() for label in labels.split()}

_LOOKALIKES = str.maketrans("cGofsQ0", "CCOFSOO")
"""Letters whose shapes differ only in size or in a small stroke."""

_NUMBERED = re.compile(r"R([1-9][0-9]?)")


def group_smiles(label: str) -> str | None:
    """The SMILES of a group, the atom at the bond first; a numbered R is a numbered dummy atom.

    Args:
        label: As read from the drawing; small letters may stand for like capitals. At a double
            bond it begins with an equals sign.

    Returns:
        A SMILES, or `None` for a label that is not known.
    """
    numbered = _NUMBERED.fullmatch(label)
    if numbered is not None:
        return f"[{numbered[1]}*]"
    return _SMILES_OF.get(label) or _SMILES_OF.get(label.translate(_LOOKALIKES))
