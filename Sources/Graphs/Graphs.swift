// Graphs: see the code map in README.md.
