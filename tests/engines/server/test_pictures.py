"""Pages as they are sent: nothing lost, no more pixels than the mode has, and cheap."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.server import ServerEngine
from dsocr_integrations.engines.server.pictures import encoded_page
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.sources import resolve_source
from tests.engines.server.asking import ask, page, session
from tests.engines.server.scripted_server import MODEL, completion
from tests.grain import grain
from tests.processor_time import least_seconds

DATA = Path(__file__).parents[2] / "data"


def picture_of(body):
    url = body["messages"][0]["content"][0]["image_url"]["url"]
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def received(request):
    return Image.open(io.BytesIO(base64.b64decode(encoded_page(request))))


def test_colours_come_back_as_they_were():
    request = page(size=(300, 200), colour="white")
    ImageDraw.Draw(request.region.picture).ellipse((20, 20, 200, 150), fill=(200, 30, 40))

    picture = received(request)

    assert picture.mode == "RGB"
    assert ImageChops.difference(picture, request.region.picture).getbbox() is None


def test_a_page_without_colour_is_sent_as_grey_and_comes_back_the_same():
    request = page(size=(300, 200), colour=(240, 240, 240))
    ImageDraw.Draw(request.region.picture).line((0, 0, 300, 200), fill=(17, 17, 17), width=5)

    picture = received(request)

    assert picture.mode == "L"
    same = ImageChops.difference(picture.convert("RGB"), request.region.picture)
    assert same.getbbox() is None


@pytest.mark.parametrize(
    ("mode", "size"),
    [
        ("auto", (1200, 1600)),
        ("tiny", (384, 512)),
        ("base", (768, 1024)),
        ("gundam", (1200, 1600)),
    ],
)
def test_a_mode_bounds_the_pixels(mode, size):
    request = page(size=(1200, 1600), mode=mode)

    assert received(request).size == size
    assert request.region.picture.size == (1200, 1600)


def test_a_jpeg_is_sent_only_where_one_is_asked_for(serve):
    noise = grain((640, 800), 60, seed=1).convert("RGB")
    sizes = {}
    for quality in (None, 90):
        request = page(size=noise.size)
        request.region.picture.paste(noise)
        server = serve()
        with session(server, jpeg_quality=quality) as opened:
            reading = opened.submit(request).result(20)
        assert reading.vision_tokens == 903
        (body,) = server.asked
        head, _, data = body["messages"][0]["content"][0]["image_url"]["url"].partition(",")
        assert head == f"data:image/{'png' if quality is None else 'jpeg'};base64"
        picture = Image.open(io.BytesIO(base64.b64decode(data)))
        assert (picture.format, picture.size) == ("JPEG" if quality else "PNG", noise.size)
        sizes[quality] = len(data)
    assert sizes[90] < 0.8 * sizes[None]


def test_a_jpeg_is_halved_as_one(serve):
    async def script(exchange):
        size = picture_of(exchange.body).size
        await exchange.reply(completion() if size == (4, 4) else {}, 200 if size == (4, 4) else 413)

    reading = ask(session(serve(script), jpeg_quality=80))
    assert "4 x 4" in reading.mode_note


def test_what_a_jpeg_loses_is_told_apart():
    def mark(quality):
        engine = ServerEngine("http://x", model=MODEL, dialect="vllm", jpeg_quality=quality)
        return engine.reading_version()

    assert len({mark(None), mark(80), mark(90)}) == 3
    with pytest.raises(ConfigurationError):
        mark(101)


def test_a_small_page_is_not_blown_up():
    assert received(page(size=(100, 80), mode="large")).size == (100, 80)


def test_drawing_and_encoding_cost_little_cpu():
    with open_document(resolve_source(DATA / "report.pdf")) as document:
        request = ReadRequest(document.region(1), Prompt.MARKDOWN)

        def in_colour_and_small():
            request.region.render(request.dpi).save(io.BytesIO(), "PNG", compress_level=6)

        spent = least_seconds(lambda: encoded_page(request))
        usual = least_seconds(in_colour_and_small)

    # Three quarters of it, in fact; the rest is left for a processor shared with others.
    assert spent < 2 * usual
