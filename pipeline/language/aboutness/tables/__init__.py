"""Tables: what their columns and rows stand for, and in which column each number stands."""
