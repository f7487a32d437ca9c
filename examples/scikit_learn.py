"""scikit-learn: a cleaner, a clause splitter and the theme classifier in a pipeline, beside other columns."""

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import why_nps

CODED = {
    "Snel geleverd, maar te duur": [("delivery", "delight"), ("price", "pain")],
    "Te laat geleverd": [("delivery", "pain")],
    "Aardige mensen en snel geleverd": [("staff", "delight"), ("delivery", "delight")],
    "Botte mensen": [("staff", "pain")],
    "Veel te duur": [("price", "pain")],
    "prima prijs, aardige mensen": [("price", "delight"), ("staff", "delight")],
}


def main() -> None:
    """Learn themes from coded answers, and use what they say beside another column."""
    texts, pairs = list(CODED) * 4, list(CODED.values()) * 4
    themes = make_pipeline(
        why_nps.AnswerCleaner(), why_nps.ClauseSplitter(), why_nps.ThemeClassifier(share=0, min_count=1)
    )
    search = GridSearchCV(themes, {"themeclassifier__threshold": [0.2, 0.4]}, cv=3).fit(texts, pairs)
    print(search.best_params_, search.predict(["Mensen waren aardig, maar te duur!!!!!"]))

    customers = pd.DataFrame({"text": texts, "orders": range(len(texts)), "left": [0, 1, 0, 1, 1, 0] * 4})
    columns = make_column_transformer((themes, "text"), ("passthrough", ["orders"])).set_output(
        transform="pandas"
    )
    # The columns must know the coded pairs, the model whether a customer left: so they are fitted apart.
    features = columns.fit_transform(customers, pairs)
    model = LogisticRegression(max_iter=1000).fit(features, customers["left"])
    print(features.columns.tolist(), model.score(features, customers["left"]))


if __name__ == "__main__":
    main()
