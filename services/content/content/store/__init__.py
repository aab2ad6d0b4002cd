"""What content keeps: items, members (as identity told us), moments (one per diary event), and what helped."""
