"""getchu.com: games with pictures of their characters, in the folders of an existing crawler.

It is getchu_character_picture_grabber (2020); its folders are read and continued::

    FOLDER/id2name.json                      names of companies by number
    FOLDER/COMPANY/{list.html, id2name.json} names of products by number
    FOLDER/COMPANY/PRODUCT/{soft.html, data.json, pictures, .complete, .complete_pic}
"""
