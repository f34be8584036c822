"""
@article{Sorzano2022,
    title = {Image processing tools for the validation of {CryoEM} maps},
    author = {Sorzano, C. O. S. and Vilas, J. L. and Ramírez-Aportela, E. and Krieger, J.
        and del Hoyo, D. and Herreros, D. and Fernández-Giménez, E. and
        Marchán, D. and Macías, J. R. and Sánchez, I. and del Caño, L.
        and Fonseca-Reyna, Y. and Conesa, P. and García-Mena, A. and Burguet, J. and
        García Condado, J. and Méndez García, J. and Martínez, M. and
        Muñoz-Barrutia, A. and Marabini, R. and Vargas, J. and Carazo, J. M.},
    journal = {Faraday Discussions},
    volume = {240},
    pages = {210--227},
    year = {2022},
    doi = {https://doi.org/10.1039/D2FD00059H}
}
@article{Rosenthal2003,
    title = {Optimal determination of particle orientation, absolute hand, and contrast loss in
        single-particle electron cryomicroscopy},
    author = {Rosenthal, P. B. and Henderson, R.},
    journal = {Journal of Molecular Biology},
    volume = {333},
    pages = {721--745},
    year = {2003},
    doi = {https://doi.org/10.1016/j.jmb.2003.07.013}
}
@article{RamirezAportela2019,
    title = {{DeepRes}: a new deep-learning- and aspect-based local resolution method for
        electron-microscopy maps},
    author = {Ramírez-Aportela, E. and Mota, J. and Conesa, P. and Carazo, J. M. and
        Sorzano, C. O. S.},
    journal = {IUCrJ},
    volume = {6},
    pages = {1054--1063},
    year = {2019},
    doi = {https://doi.org/10.1107/S2052252519011692}
}
@article{Kaur2021,
    title = {Local computational methods to improve the interpretability and analysis of
        cryo-{EM} maps},
    author = {Kaur, S. and Gomez-Blanco, J. and Khalifa, A. A. Z. and Adinarayanan, S. and
        Sanchez-Garcia, R. and Wrapp, D. and McLellan, J. S. and Bui, K. H. and Vargas, J.},
    journal = {Nature Communications},
    volume = {12},
    pages = {1240},
    year = {2021},
    doi = {https://doi.org/10.1038/s41467-021-21509-5}
}
@article{GarciaCondado2022,
    title = {Automatic determination of the handedness of single-particle maps of macromolecules
        solved by {CryoEM}},
    author = {García Condado, J. and Muñoz-Barrutia, A. and Sorzano, C. O. S.},
    journal = {Journal of Structural Biology},
    volume = {214},
    pages = {107915},
    year = {2022},
    doi = {https://doi.org/10.1016/j.jsb.2022.107915}
}
"""
