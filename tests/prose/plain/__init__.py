"""Checks that Markdown and comments are in plain English, and that links between files work.

Layout
    files       the files of the repository, by kind
    markdown    paragraphs, headings and links of a Markdown file
    comments    comment blocks of Rust, TypeScript, JavaScript, Python, Terraform and shell files
    sentences   text -> sentences
    rules       headless starts, long sentences, vague verbs
    links       relative links, anchors and paths of files
    constants   constants in the table of limits
    report      rows with goals, and findings
"""
