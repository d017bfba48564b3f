"""审核台: the season in a browser, for one person on one PC.

A local server over :mod:`auditor.office`: every page is made on the server, every change is one call of that package, so whatever a person
does here is also a command and is on the disk when the page answers. The way through the folder:

``guard``      who may ask: this PC, this browser, this page only
``app``        addresses → pages and actions
``state``      what is open: the season, its words, the run in the background
``snapshot``   the season in memory, brought up to date by what changed
``pages``      what each page shows, as plain data for ``templates``
``actions``    what each button does
``originals``  the published file as displayed, made in a supervised worker
``background`` audits as processes of their own, with progress and cancel
"""
