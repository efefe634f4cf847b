"""
HL7 v2 messages as rows of our tables: orders (OML^O21) of specimens.csv, results (ORU^R01) of ihc.csv.

`messages` is the way in; docs/formats/hl7.md says what a laboratory has to set.
"""
