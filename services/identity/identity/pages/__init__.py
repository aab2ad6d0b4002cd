"""Identity's own pages: plain HTML in Dutch and English, without JavaScript. Words in texts.py, forms in forms.py."""
