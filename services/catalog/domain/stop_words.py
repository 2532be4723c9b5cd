"""French words that say nothing about a course, folded: without accents and in lower case."""

STOP_WORDS = frozenset(
    """
    a ai aient ait as au aucun aucune aupres aussi autre autres aux avec avoir c ca car ce ceci cela celle celles celui
    ces cet cette ceux chaque chez comme comment d dans de des donc dont du elle elles en encore entre est et etaient
    etait etant etc ete etes etre eu eux fait font hors il ils j je jusqu jusque l la le les leur leurs lors lorsqu
    lorsque lui m ma mais me meme memes mes moi moins mon n ne ni nos notre nous on ont ou par parmi pas pendant
    plus pour puis puisqu puisque qu quand que quel quelle quelles quels qui quoi s sa sans se selon sera seront ses si
    sien soi soit son sont sous sur t ta tandis te tel telle tels tes toi ton tous tout toute toutes tres tu un une
    vers voici vos votre vous y
    """.split()
)
