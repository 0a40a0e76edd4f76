"""The steps from a feed on the network to a message at a person's, one file a step.

    feed ─poll→ document ─remember→ articles ─read→ text ─match→ matches ─place→ stories
         ─tell→ deliveries ─deliver→ people

Each step ends in one transaction, so that a crash between any two of them loses nothing: `poll`
(and `push`) remembers entries together with the validators that would hide them from the next
poll, `read` stores an article together with its matches, alerts and their deliveries, and
`deliver` records what a service answered. A step takes the id of what it works on and the
`Context` that all share.
"""
