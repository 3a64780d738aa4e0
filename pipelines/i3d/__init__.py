"""The i3D.net API: what it offers (catalogue), how it is read (client), and how its rows reach dlt (source)."""
