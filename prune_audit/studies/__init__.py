"""Small experiments that show what a method, a control or a diagnostic does, on the digits.

A study plans experiments, the engine of reruns runs and keeps them, and the study says what came
of them: tables, curves, and whether the sign that a paper reports held. Signs are looked for, not
sizes: the digits and small networks stand in for the data and networks of the papers.
"""
