"""A small client library: the API's calls, and a story followed live through any disconnection.

::

    async with connect(url, token) as client:
        story = await client.create_story({"characters": [{"name": "Maya"}]})
        view = await follow_story(client, str(story.id), print).until_the_end()
"""
