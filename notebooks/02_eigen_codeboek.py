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
# # Een eigen codeboek
#
# The shipped themes are those of companies in general. If yours are others, write a codebook, code some
# answers by hand and train a model on them. Here that is done for a **public library that does not exist**:
# four themes and 64 answers that were written for this notebook. Real work takes hundreds of answers; this
# shows the steps, in seconds.

# %%
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import why_nps

folder = Path(mkdtemp())

# %% [markdown]
# ## The codebook
# A codebook is a TOML file. An id never changes meaning; labels may. `covers` is for the people who code.

# %%
(folder / "codebook.toml").write_text(
    """
name = "bibliotheek"
version = "1"

[themes.collection]
nl = "Collectie"
en = "Collection"
covers = "books, films and magazines: what is there, how new it is, waiting for a reservation"

[themes.hours]
nl = "Openingstijden"
en = "Opening hours"
covers = "when the library is open, with or without staff"

[themes.place]
nl = "Ruimte"
en = "Place"
covers = "the building: quiet, light, seats, toilets, the coffee corner"

[themes.staff]
nl = "Medewerkers"
en = "Staff"
covers = "how people help, and what they know"

[kinds.pain]
nl = "pijnpunt"
en = "pain"

[kinds.delight]
nl = "pluspunt"
en = "delight"
""",
    encoding="utf-8",
)
codebook = why_nps.load_codebook(folder / "codebook.toml")
codebook

# %% [markdown]
# ## Coded answers
# A sheet has one row an answer, with a theme and a kind for everything that it mentions, and an x in
# `coded`. For your own answers `why_nps.write_sample` makes it, as the next notebook shows. Here it is made
# from a list.

# %%
SAID = {
    ("collection", "delight"): """
        veel nieuwe romans; altijd wel een goed boek te vinden; grote keus aan kinderboeken
        mooie collectie strips; ook boeken in het Turks, heel fijn; nieuwe titels liggen er snel
        ruime keuze aan films; de tijdschriften zijn altijd actueel""",
    ("collection", "pain"): """
        weinig nieuwe boeken; de serie is nooit compleet; boeken zijn oud en stukgelezen
        nauwelijks keus aan luisterboeken; drie maanden wachten op een reservering
        de reisgidsen zijn verouderd; geen enkel boek over mijn vak; te weinig films""",
    ("hours", "delight"): """
        fijn dat jullie op zondag open zijn; ruime openingstijden; ook in de avond open, ideaal
        zelf naar binnen kunnen buiten openingstijd is top; handig dat het al om acht uur open is
        elke dag open, prettig; open tot negen uur in de avond; goed dat je zaterdag terecht kunt""",
    ("hours", "pain"): """
        op maandag altijd dicht; gesloten als ik uit mijn werk kom; in de vakantie bijna nooit open
        openingstijden zijn te kort; waarom op zondag gesloten; op vrijdag al om vijf uur dicht
        in de avond nooit open; je staat vaak voor een dichte deur""",
    ("place", "delight"): """
        lekker rustig om te studeren; mooi licht gebouw; gezellige leeshoek met koffie
        genoeg plekken om te zitten; fijne stille studiezaal; de nieuwe inrichting is prachtig
        schone toiletten en goede stoelen; heerlijke plek om te lezen""",
    ("place", "pain"): """
        te lawaaiig om te lezen; nooit een vrije studieplek; het is er koud en donker
        de toiletten zijn vies; geen stopcontacten bij de tafels; het gebouw is versleten
        stoelen zitten slecht; overal herrie in de studiezaal""",
    ("staff", "delight"): """
        vriendelijke medewerkers; de dames aan de balie denken mee; ik werd goed geholpen
        kundige bibliothecaris met goede tips; ze nemen de tijd voor je; altijd een vriendelijk woord
        de vrijwilligers helpen mij met mijn computer; personeel weet overal raad op""",
    ("staff", "pain"): """
        niemand aan de balie te vinden; personeel is kortaf; de medewerker wist het ook niet
        ik voelde mij niet geholpen; chagrijnige vrouw achter de balie; medewerkers hebben geen tijd
        vrijwilligers weten weinig; onvriendelijk te woord gestaan""",
}
rows = [
    {"text": text.strip(), "coded": "x", "theme_1": theme, "kind_1": kind}
    for (theme, kind), listed in SAID.items()
    for line in listed.strip().splitlines()
    for text in line.split(";")
]
sheet = pd.DataFrame(rows).assign(answer_id=range(1, len(rows) + 1))
sheet.sample(frac=1, random_state=1).to_csv(folder / "sheet.csv", sep=";", index=False)
sheet.groupby(["theme_1", "kind_1"]).size().unstack()

# %% [markdown]
# ## Training
# A recipe says how: here without the network, which needs more answers, and in three folds. Each fold's
# answers are read by a model that never saw them; that is where the figures come from.

# %%
(folder / "recipe.toml").write_text(
    """
name = "bibliotheek"
version = "1"
folds = 3
seed = 1

[themes]
inverse_penalty = 8.0
min_count = 1
share = 0.0

[flags]
inverse_penalty = 8.0
min_count = 1
share = 0.0
""",
    encoding="utf-8",
)
model = why_nps.train_from_files(
    [folder / "sheet.csv"],
    codebook=folder / "codebook.toml",
    recipe=folder / "recipe.toml",
    out=folder / "model",
)
model

# %% [markdown]
# These figures say how far 64 short answers carry: not far. More answers, coded with the words that made
# you choose the theme (`span_1`), are what helps most. The command does the same: `why-nps train sheet.csv
# --codebook codebook.toml --recipe recipe.toml -o model`.

# %%
pd.Series(model.summary.figures).round(2)

# %% [markdown]
# ## Reading with it
# A model is a folder; `load_bundle` checks that it is whole. What follows the coding knows your themes
# without more ado.

# %%
ours = why_nps.load_bundle(folder / "model")
answers = pd.DataFrame(
    {
        "Cijfer": [9, 3, 10, 5, 8, 2] * 20,
        "Toelichting": [
            "Vriendelijke medewerkers, en ruime openingstijden",
            "Te lawaaiig om te studeren",
            "Veel nieuwe boeken",
            "Op maandag gesloten",
            "Lekker rustig",
            "Nooit een vrije plek, personeel is kortaf",
        ]
        * 20,
    }
)
coded = why_nps.code(why_nps.read_answers(answers), model=ours)
coded

# %%
why_nps.explain(coded).drivers()[["theme", "kind", "mention_rate", "nps_with", "n"]].round(2)
