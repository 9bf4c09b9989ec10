"""What the inclusivity registry asks a drawing to show, one maker for each."""
