"""Molecules that are widely known, to draw."""

from __future__ import annotations

KNOWN = """
CC(=O)Oc1ccccc1C(=O)O CC(C)Cc1ccc(cc1)C(C)C(=O)O CC(=O)Nc1ccc(O)cc1 Cn1cnc2c1c(=O)n(C)c(=O)n2C
COc1ccc2cc(ccc2c1)[C@H](C)C(=O)O CN1CCC[C@H]1c1cccnc1 Clc1ccccc1C(=O)Nc1ccncc1
OC(=O)c1cccnc1 NC(=O)c1cnccn1 CC1(C)SC2C(NC(=O)Cc3ccccc3)C(=O)N2C1C(=O)O
CCN(CC)CC(=O)Nc1c(C)cccc1C CCOC(=O)c1ccc(N)cc1 CCN(CC)CCOC(=O)c1ccc(N)cc1
CNC[C@H](O)c1ccc(O)c(O)c1 NCCc1ccc(O)c(O)c1 NCCc1c[nH]c2ccc(O)cc12
CN(C)CCc1c[nH]c2ccccc12 COc1ccc2[nH]cc(CCNC(C)=O)c2c1 C[C@@H](O)[C@H](N)C(=O)O
N[C@@H](Cc1ccccc1)C(=O)O N[C@@H](CS)C(=O)O OC(=O)[C@@H]1CCCN1 CSCC[C@H](N)C(=O)O
OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O OC(=O)CC(O)(CC(=O)O)C(=O)O
CC(C)C1CCC(C)CC1O CC1=CCC(CC1)C(C)=C CC1(C)C2CCC1(C)C(=O)C2 C=CC(C)(O)CCC=C(C)C
CC(C)(C)c1cc(C)cc(c1O)C(C)(C)C Oc1ccc(cc1)C(C)(C)c1ccc(O)cc1 COc1cc(C=O)ccc1O
COc1cc(CC=C)ccc1O O=Cc1ccccc1 O=C(c1ccccc1)c1ccccc1 c1ccc2ccccc2c1 c1ccc2cc3ccccc3cc2c1
Clc1ccc(cc1)C(c1ccc(Cl)cc1)C(Cl)(Cl)Cl Clc1cc2Oc3cc(Cl)c(Cl)cc3Oc2cc1Cl
Brc1ccc(Br)cc1 Fc1ccc(cc1)C(=O)CCCN1CCC(O)(CC1)c1ccc(Cl)cc1 CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12
OC1N=C(c2ccccc2)c2cc(Cl)ccc2NC1=O CCC1(C(=O)NC(=O)NC1=O)c1ccccc1 O=C1NC(=O)C(N1)(c1ccccc1)c1ccccc1
NC(=O)N1c2ccccc2C=Cc2ccccc12 CN(C)CCCN1c2ccccc2CCc2ccccc12 CN(C)CCCN1c2ccccc2Sc2ccc(Cl)cc12
CNCCC(Oc1ccc(cc1)C(F)(F)F)c1ccccc1 CNC1CCC(c2ccccc12)c1ccc(Cl)c(Cl)c1
Fc1ccc(cc1)C1CCNCC1COc1ccc2OCOc2c1 CN(C)CCCC1(OCc2cc(ccc12)C#N)c1ccc(F)cc1
CC(C)NCC(O)COc1cccc2ccccc12 CC(C)NCC(O)COc1ccc(CC(N)=O)cc1 COCCc1ccc(OCC(O)CNC(C)C)cc1
CCOC(=O)C1=C(COCCN)NC(C)=C(C1c1ccccc1Cl)C(=O)OC COC(=O)C1=C(C)NC(C)=C(C1c1ccccc1[N+](=O)[O-])C(=O)OC
NS(=O)(=O)c1cc2c(NCNS2(=O)=O)cc1Cl NS(=O)(=O)c1cc(C(=O)O)c(NCc2ccco2)cc1Cl
Nc1ccc(cc1)S(=O)(=O)Nc1ncccn1 Nc1ccc(cc1)S(=O)(=O)c1ccc(N)cc1 Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1
COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC OC(=O)C1=CN(C2CC2)c2cc(N3CCNCC3)c(F)cc2C1=O
Cc1ncc(n1CCO)[N+](=O)[O-] NNC(=O)c1ccncc1 Nc1nc2[nH]cc(CCO)c2c(=O)[nH]1 NC1CC(OC1CO)n1cnc2c(N)ncnc12
Cc1cn([C@H]2C[C@H](O)[C@@H](CO)O2)c(=O)[nH]c1=O O=c1[nH]cc(F)c(=O)[nH]1 Nc1ncnc2[nH]cnc12
CN(C)C(=N)NC(N)=N COc1ccc2nc([nH]c2c1)S(=O)Cc1ncc(C)c(OC)c1C CNC(NCCSCc1ccc(CN(C)C)o1)=C[N+](=O)[O-]
OC(Cn1cncn1)(Cn1cncn1)c1ccc(F)cc1F Clc1ccc(cc1)C(c1ccccc1)N1CCN(CC1)CCOCC(=O)O
CC(=O)CC(c1ccccc1)C1=C(O)c2ccccc2OC1=O CC(C)(Oc1ccc(cc1)C(=O)c1ccc(Cl)cc1)C(=O)OC(C)C
Cc1ccc(cc1)-c1cc(nn1-c1ccc(cc1)S(N)(=O)=O)C(F)(F)F CC(C)N1C(=O)c2ccccc2NS1(=O)=O
O=C1CCC(N1)C(=O)O O=C1CCCN1CC#CCN1CCCC1 C#Cc1ccccc1 N#Cc1ccc(cc1)C#N CC(C)(C)OC(=O)NCC(=O)O
O=C(O)/C=C/c1ccccc1 C/C(=C\\c1ccccc1)C(=O)O CC(=O)c1ccc(Br)s1 Cc1ccsc1 c1ccc2[nH]ccc2c1 c1ccc2ncccc2c1
O=C1OC(=O)c2ccccc12 O=C1C=CC(=O)c2ccccc12 CC1CCCO1 CC(C)OP(=O)(C)F CCOP(=S)(OCC)Oc1ccc(cc1)[N+](=O)[O-]
C[Si](C)(C)c1ccccc1 OB(O)c1ccccc1 CCCCc1ccc(cc1)OC CCCCCCCC(=O)OCC CC(C)CCOC(C)=O
CS(=O)(=O)Oc1ccccc1 Cc1ccc(cc1)S(=O)(=O)OCC1CCCC1 FC(F)(F)c1cccc(c1)N1CCNCC1
C1CCC2(CC1)OCCO2 C1CC2CCC1C2 O=C1CC2CCC1C2 CC12CCC3C(CCC4=CC(=O)CCC34C)C1CCC2O
""".split()
"""SMILES."""

