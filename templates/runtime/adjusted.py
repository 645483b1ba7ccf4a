def adjusted(r2, n, regressors):
    """R² less what this many regressors explain by chance (Ezekiel, 1930).

    R² itself where there are too few labels.
    """
    left = n - regressors - 1
    return 1.0 - (1.0 - r2) * (n - 1) / left if left > 0 else r2
