"""Bad input of every kind, made from good by a seed: nothing may crash, hang, leak, or record what nobody said."""
