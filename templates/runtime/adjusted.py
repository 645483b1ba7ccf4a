def adjusted(r2, n, regressors):
    """Lower R² by what so many regressors explain by chance (Ezekiel, 1930).

    Where there are too few labels, return R² itself.
    """
    left = n - regressors - 1
    return 1.0 - (1.0 - r2) * (n - 1) / left if left > 0 else r2
