"""Knowing who an article is about.

Read in this order: `normalise` (text folded for comparison, offsets kept), `names` (what an
entity goes by), `meanings` (what each spelling stands for), `matcher` (one automaton proposes,
rules decide), `score` (how sure, and why).
"""
