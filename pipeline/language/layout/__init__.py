"""The page before a word of it is read: lines, tables, blocks, sentences. ``page.read_page`` is where to begin."""
