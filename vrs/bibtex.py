"""@article{Sorzano2022,
  author = {Sorzano, C. O. S. and Vilas, J. L. and Ramírez-Aportela, E. and Krieger, J. and del
    Hoyo, D. and Herreros, D. and Fernandez-Giménez, E. and Marchán, D. and Macías, J. R. and
    Sánchez, I. and del Caño, L. and Fonseca-Reyna, Y. and Conesa, P. and García-Mena, A. and
    Burguet, J. and García Condado, J. and Méndez García, J. and Martínez, M. and
    Muñoz-Barrutia, A. and Marabini, R. and Vargas, J. and Carazo, J. M.},
  title = {Image processing tools for the validation of {CryoEM} maps},
  journal = {Faraday Discussions}, volume = {240}, pages = {210–227}, year = {2022},
  doi = {https://doi.org/10.1039/D2FD00059H},
}

@article{Rosenthal2003,
  author = {Rosenthal, P. B. and Henderson, R.},
  title = {Optimal determination of particle orientation, absolute hand, and contrast loss in
    single-particle electron cryomicroscopy},
  journal = {Journal of Molecular Biology}, volume = {333}, pages = {721–745}, year = {2003},
  doi = {https://doi.org/10.1016/j.jmb.2003.07.013},
}

@article{RamirezAportela2019,
  author = {Ramírez-Aportela, E. and Mota, J. and Conesa, P. and Carazo, J. M. and Sorzano, C.
    O. S.},
  title = {{DeepRes}: a new deep-learning- and aspect-based local resolution method for
    electron-microscopy maps},
  journal = {IUCrJ}, volume = {6}, pages = {1054–1063}, year = {2019},
  doi = {https://doi.org/10.1107/S2052252519011692},
}

@article{Kaur2021,
  author = {Kaur, S. and Gomez-Blanco, J. and Khalifa, A. A. Z. and Adinarayanan, S. and
    Sanchez-Garcia, R. and Wrapp, D. and McLellan, J. S. and Bui, K. H. and Vargas, J.},
  title = {Local computational methods to improve the interpretability and analysis of cryo-{EM}
    maps},
  journal = {Nature Communications}, volume = {12}, pages = {1240}, year = {2021},
  doi = {https://doi.org/10.1038/s41467-021-21509-5},
}

@article{GarciaCondado2022,
  author = {García Condado, J. and Muñoz-Barrutia, A. and Sorzano, C. O. S.},
  title = {Automatic determination of the handedness of single-particle maps of macromolecules
    solved by {CryoEM}},
  journal = {Journal of Structural Biology}, volume = {214}, pages = {107915}, year = {2022},
  doi = {https://doi.org/10.1016/j.jsb.2022.107915},
}

@article{Strelak2021,
  author = {Strelak, D. and Jiménez-Moreno, A. and Vilas, J. L. and Ramírez-Aportela, E. and
    Sánchez-García, R. and Maluenda, D. and Vargas, J. and Herreros, D. and Fernández-Giménez,
    E. and de Isidro-Gómez, F. P. and Horacek, J. and Myska, D. and Horacek, M. and Conesa, P.
    and Fonseca-Reyna, Y. C. and Jiménez, J. and Martínez, M. and Harastani, M. and Jonić, S.
    and Filipovic, J. and Marabini, R. and Carazo, J. M. and Sorzano, C. O. S.},
  title = {Advances in {Xmipp} for cryo-electron microscopy: from {Xmipp} to {Scipion}},
  journal = {Molecules}, volume = {26}, pages = {6224}, year = {2021},
  doi = {https://doi.org/10.3390/molecules26206224},
}

@article{delaRosaTrevin2016,
  author = {de la Rosa-Trevín, J. M. and Quintana, A. and del Cano, L. and Zaldívar, A. and
    Foche, I. and Gutiérrez, J. and Gómez-Blanco, J. and Burguet-Castell, J. and Cuenca-Alba, J.
    and Abrishami, V. and Vargas, J. and Otón, J. and Sharov, G. and Vilas, J. L. and Navas, J.
    and Conesa, P. and Kazemi, M. and Marabini, R. and Sorzano, C. O. S. and Carazo, J. M.},
  title = {{Scipion}: a software framework toward integration, reproducibility and validation in
    {3D} electron microscopy},
  journal = {Journal of Structural Biology}, volume = {195}, pages = {93–99}, year = {2016},
  doi = {https://doi.org/10.1016/j.jsb.2016.04.010},
}

@article{Cheng2015,
  author = {Cheng, A. and Henderson, R. and Mastronarde, D. and Ludtke, S. J. and Schoenmakers, R.
    H. M. and Short, J. and Marabini, R. and Dallakyan, S. and Agard, D. and Winn, M.},
  title = {{MRC2014}: extensions to the {MRC} format header for electron cryo-microscopy and
    tomography},
  journal = {Journal of Structural Biology}, volume = {192}, pages = {146–150}, year = {2015},
  doi = {https://doi.org/10.1016/j.jsb.2015.04.002},
}

@article{wwPDB2024,
  author = {{The wwPDB Consortium}},
  title = {{EMDB}: the {Electron} {Microscopy} {Data} {Bank}},
  journal = {Nucleic Acids Research}, volume = {52}, pages = {D456–D465}, year = {2024},
  doi = {https://doi.org/10.1093/nar/gkad1019},
}

@article{Hanwell2015,
  author = {Hanwell, M. D. and Martin, K. M. and Chaudhary, A. and Avila, L. S.},
  title = {The {Visualization Toolkit} ({VTK}): rewriting the rendering code for modern graphics
    cards},
  journal = {SoftwareX}, volume = {1–2}, pages = {9–12}, year = {2015},
  doi = {https://doi.org/10.1016/j.softx.2015.04.001},
}

@article{Pettersen2021,
  author = {Pettersen, E. F. and Goddard, T. D. and Huang, C. C. and Meng, E. C. and Couch, G.
    S. and Croll, T. I. and Morris, J. H. and Ferrin, T. E.},
  title = {{UCSF ChimeraX}: structure visualization for researchers, educators, and developers},
  journal = {Protein Science}, volume = {30}, pages = {70–82}, year = {2021},
  doi = {https://doi.org/10.1002/pro.3943},
}

@misc{scipion-em-vrs,
  author = {{The scipion-em-vrs developers}},
  title = {scipion-em-vrs: validation reports of cryo-{EM} maps},
}
"""

# The papers behind the checks and the programs. Scipion reads the docstring of this module and
# shows its letters as they are, hence no LaTeX commands; the report makes references.bib of it.
