"""Site texts, one by one: the organ words that they name, and those that they do not."""

from __future__ import annotations

import pytest

from interpret.sites import sites_of

NAMED = {
    "unknown": "|  |-|?|unknown|not stated|Not Given|not known|not specified|not provided|unspecified|n/a|NA|none|"
    "site unknown",
    "lung": "lung|LUNG|right upper lobe|middle lobe|lower lobe|left pulmonary mass|bronchus|lingula|"
    "upper and middle lobes|lung, liver not involved|"
    "lung; adjacent to the liver|lower lobe\nlung|lung (liver free)|lung / near the spleen",
    "lung thorax": "left upper lobe, chest wall|pleura and lung",
    "thorax": "mediastinum|trachea|pleura|chest wall|thoracic wall|pulmonary artery",
    "abdomen": "mesentery|omentum|pelvis|stomach|hepatic flexure|left upper lobe, abdomen|colon|ileum|retroperitoneum",
    "liver_spleen": "liver|spleen|lower lobe of liver|liver (no lung)|intrahepatic bile duct",
    "kidney": "kidney|renal|renal pelvis|renal sinus|pelvicalyceal system",
    "bladder": "bladder|neck of the patient's bladder|urinary bladder|neck of the bladder|Bladder wall",
    "uterus": "uterus|uterine neck|cervix|neck of the womb|endometrium",
    "bone": "femur|femoral head|neck of the femur|surgical neck of humerus|iliac bone|vertebra|temporal bone",
    "soft_tissue": "soft tissue|thigh|hip|shoulder|femoral artery|tibialis anterior|left arm",
    "skin": "skin|subcutis|dermis",
    "soft_tissue skin": "soft tissue of the thigh / skin",
    "skin head_neck": "skin of the neck",
    "head_neck": "head|neck|left neck|neck of the patient|left neck of patient|head and neck|"
    "orbit|tongue|nasal cavity|ethmoid sinus|paranasal sinuses",
    "head_neck maxillary_sinus": "maxilla|maxillary sinus|left maxillary sinuses",
    "other": "toe|gallbladder|neck of gallbladder|head of pancreas|tail of the pancreas|caudate head|optic nerve head|"
    "extraosseous|brain, frontal lobe|temporal lobe|upper lobe, thyroid|right lower lobe; prostate|mass near kidney|"
    "bladder spared|not involving the lung|metastasis from lung|probably lung|behind the uterus|outside of the uterus|"
    "lobe|eggshell",
}


@pytest.mark.parametrize(
    ("site", "named"), [(site, words) for words, sites in NAMED.items() for site in sites.split("|")]
)
def test_a_site_text_names_these_organs_and_no_other(site: str, named: str) -> None:
    assert sites_of(site) == frozenset(named.split())


@pytest.mark.parametrize("separator", [",", ";", "/", "(", ")", "\n"])
def test_what_is_beside_the_tumour_ends_with_its_part_of_the_text(separator: str) -> None:
    assert sites_of(f"adjacent to the liver{separator}lung") == {"lung"}
    assert sites_of(f"liver not involved{separator}lung") == {"lung"}
    assert sites_of(f"lung{separator}no kidney") == {"lung"}


def test_a_phrase_is_taken_out_of_the_text_and_leaves_its_neighbours() -> None:
    assert sites_of("gallbladder, urinary bladder") == {"bladder"}
    assert sites_of("renal pelvis and pelvis") == {"kidney", "abdomen"}
    assert sites_of("pulmonary artery and lung") == {"thorax", "lung"}
