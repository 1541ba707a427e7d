"""Whom a text mentions and what it alleges: pure, from names and texts to mentions and labels.

`names` makes names of register entries, `matching` finds them, `rules`, `guards` and `labels` say
what is alleged of whom, `numbers` how many jobs, `clusters` which texts are the same; `reading`
puts it together. A trained model would take the place of `labels.judge` and keep its signature.
"""
