# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# %% [markdown]
# # Het model nagaan op uw eigen antwoorden
#
# How right the model is on *your* answers, nobody knows before somebody has read some of them. So: draw a
# sample at random, code it by hand, and let the figures be corrected by it.
#
# The export here is of a **bicycle shop that does not exist**: 48 answers that were written and coded for
# this notebook, and that the model has never seen, drawn again and again until there are 600 rows. As every
# row's right coding is known, we can see at the end what the correction was worth. With real answers that
# is what you never know.

# %%
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import why_nps

WRITTEN = """
9|Snel geholpen en een vriendelijke monteur|speed delight, staff delight
10|Topservice, lekke band stond binnen een uur klaar|speed delight
3|Drie weken wachten op een simpele reparatie|speed pain
2|Niemand belt terug over mijn reparatie|reachability pain
8|Goede fiets voor een redelijke prijs|product_quality delight, price delight
4|Veel te duur voor wat je krijgt|price pain
6|Prijzig, maar wel kwaliteit|price pain, product_quality delight
9|Ruime keuze en eerlijk advies|assortment delight, information delight
10|Ze namen echt de tijd om met mij mee te denken|personal_attention delight
5|Ketting liep er na een week alweer af|product_quality pain
1|Accu nu al kapot en de garantie wordt niet erkend|product_quality pain, resolution pain
7|Prima winkel maar lastig parkeren|general delight, facilities pain
8|Fijn dat ik online een afspraak kon maken|digital delight
6|De site geeft steeds een foutmelding bij afrekenen|digital pain
3|Fiets zou vrijdag klaar zijn, werd dinsdag|reliability pain
9|Doen wat ze beloven|reliability delight
2|Rekening was hoger dan afgesproken|billing pain
10|Al jaren mijn vaste fietsenmaker|brand delight
7|Graag ook op maandag open|facilities tip
8|Mooie ruime winkel|facilities delight
4|Verkoper had totaal geen interesse|staff pain
9|Deskundig personeel|staff delight
5|Mijn maat was niet op voorraad|assortment pain
6|Zet de levertijden voortaan op de site|digital tip
10|Fiets keurig thuisgebracht|delivery delight
3|Fiets kwam beschadigd aan|delivery pain
2|Twee keer langs geweest en het rammelt nog steeds|resolution pain
9|Probleem met de versnelling meteen opgelost|resolution delight
8|Duidelijke uitleg over het onderhoud|information delight
5|Ik kreeg van iedere medewerker een ander verhaal|information pain
7|Gewoon goed|general delight
6|Kan beter|general pain
10|Geweldige winkel|general delight
9|Alles in een keer geregeld|ease delight
4|Eindeloos formulieren invullen voor de lease|ease pain
8|nvt|
7|geen|
10|Vriendelijk ontvangen met koffie|staff delight, facilities delight
1|Nooit meer, wat een arrogante houding|staff pain
6|Telefonisch slecht bereikbaar|reachability pain
9|Je krijgt altijd meteen iemand aan de lijn|reachability delight
5|Proefrit mocht niet, dat viel tegen|expectations pain
10|Kreeg er gratis een slot bij, leuk verrast|expectations delight
7|Jullie sturen wel erg veel enquetes|survey pain
8|Goed advies, wel even wachten|information delight, speed pain
3|Onderdelen zijn nooit op voorraad|assortment pain
9|Scherpe prijs|price delight
2|Werd van het kastje naar de muur gestuurd|resolution pain
"""
written = pd.read_csv(StringIO(WRITTEN), sep="|", names=["Cijfer", "Toelichting", "coding"]).fillna("")
rows = written.sample(600, replace=True, random_state=7, ignore_index=True)
answers = why_nps.read_answers(rows[["Cijfer", "Toelichting"]])
coded = why_nps.code(answers)
coded

# %% [markdown]
# ## Draw a sample
# Answers in which the model found nothing are drawn as well: that is how you learn what it misses. The
# score is not in the sheet, and personal data is masked.

# %%
folder = Path(mkdtemp())
sample = why_nps.draw_sample(coded, size=200, seed=1)
path = why_nps.write_sample(sample, coded.codebook, folder / "sheet.xlsx")
len(sample), path.name

# %% [markdown]
# ## Code it
# Somebody opens `sheet.xlsx`, chooses themes and kinds from the lists, and puts an x in `coded`, also where
# there is no theme. Here the coding stands in the list above, so it is filled in.

# %%
sheet = pd.read_excel(path, dtype=object, engine="calamine")
known = dict(zip(written["Toelichting"], written["coding"], strict=True))
for row, text in sheet["text"].items():
    sheet.loc[row, "coded"] = "x"
    for place, pair in enumerate(filter(None, known[text].split(", ")), start=1):
        sheet.loc[row, [f"theme_{place}", f"kind_{place}"]] = pair.split()
sheet.to_excel(path, index=False, engine="xlsxwriter")
sheet[["theme_1", "kind_1"]].value_counts().head()

# %% [markdown]
# ## How right is the model here?
# Precision: which part of what it found is right. Recall: which part of what is there it found. These 48
# texts are short and plain, so the model reads them better than what it was measured on (`README.md`); and
# as they come back many times in this sheet, the intervals are narrower than they should be.

# %%
evaluation = why_nps.evaluate_file(path)
evaluation

# %%
evaluation.themes.query("support > 0")[["label", "precision", "recall", "f1", "support"]].head(8)

# %% [markdown]
# ## The corrected figures
# The model's figures are of all 600 rows but it errs; the coded sample does not err but is small. `explain`
# puts them together, and gives both.

# %%
hand_coded = why_nps.read_sample(path, coded.codebook)
explained = why_nps.explain(coded, sample=hand_coded)
both = explained.estimates["statistic"].isin(["mention_rate", "corrected_rate"])
rates = explained.estimates[both & explained.estimates["kind"].isin(["pain", "delight"])]
wide = rates.pivot_table(index=["theme", "kind"], columns="statistic", values=["estimate", "low", "high"])
table = pd.DataFrame(
    {
        "found by the model": wide[("estimate", "mention_rate")],
        "corrected": wide[("estimate", "corrected_rate")],
        "low": wide[("low", "corrected_rate")],
        "high": wide[("high", "corrected_rate")],
    }
)

# %% [markdown]
# And what is really there, which only this made-up export can tell:

# %%
truth = rows["coding"].str.split(", ").explode().value_counts() / len(rows)
table["really there"] = [truth.get(f"{theme} {kind}", 0.0) for theme, kind in table.index]
table = table.dropna().sort_values("really there", ascending=False)
table.head(10).round(3)

# %%
off = (table[["found by the model", "corrected"]].sub(table["really there"], axis=0)).abs().mean()
inside = table["really there"].between(table["low"], table["high"]).mean()
print(f"Mean distance from what is really there: {off.round(3).to_dict()}")
print(f"The corrected interval holds it for {inside:.0%} of {len(table)} themes and kinds.")

# %% [markdown]
# The page of this explanation says that its figures were corrected, and tells both:

# %%
page = explained.report(folder / "rapport.html")
page.name
