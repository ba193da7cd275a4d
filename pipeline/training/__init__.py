"""Learning what the signals of aboutness are worth, from annotated articles.

examples    every quantity that gold knows: its candidates, and which of them are right
loglinear   the weights under which the right candidates are likeliest
fitting     weights, and how sure they are, measured on articles that they have not seen
__main__    the command: ``python -m pipeline.training FOLDER...``
"""
