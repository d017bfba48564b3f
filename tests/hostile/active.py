"""Everything by which a page of an agency may run a script, fetch something or lead away when it is opened; and a listener that notes who asks.

``E`` in them stands for the address of the listener (``http://127.0.0.1:port``), and
``RUN`` for a script that sets ``window.__ran`` and asks the listener too.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Final

HEADS: Final = (
    "<script>RUN</script>",
    "<script src='E/head.js'></script>",
    "<meta http-equiv='refresh' content='0;url=E/refresh'>",
    "<META HTTP-EQUIV=' Refresh ' content=\"0; URL='E/refresh2'\">",
    "<base href='E/'>",
    "<link rel=stylesheet href='E/a.css'>",
    "<link rel=preload as=image href='E/preload.png'><link rel='shortcut icon' href='E/icon.ico'><link rel=manifest href='E/m.json'>",
    "<link rel=dns-prefetch href='E/'><link rel=preconnect href='E/'><link rel=prefetch href='E/p'><link rel=modulepreload href='E/m.js'>",
    "<style>@import 'E/b.css';</style>",
    "<style>@\\69mport url(E/c.css);</style>",
    "<style>body{background:url(E/d.png)} p{background:u\\72l('E/e.png')} @font-face{font-family:x;src:url(E/f.woff)} *{font-family:x}</style>",
    "<style>p::before{content:image-set('E/g.png' 1x)} p{cursor:url(E/h.cur),auto} li{list-style:url(E/i.png)}</style>",
    "<style>@namespace svg 'E/n'; p{mask:url(E/j.svg#m);filter:url(E/k.svg#f);clip-path:url(E/l.svg#c)}</style>",
    "<style></style><!--</style><script>RUN</script>--></style>",
    "<!--[if IE]><script src='E/ie.js'></script><![endif]--><![if !IE]><script>RUN</script><![endif]>",
    "<script type=module>RUN</script><script type='text/javascript' async defer src='E/async.js'></script>",
    "<title></title><script>RUN</script>",
    "<noscript><link rel=stylesheet href='E/noscript.css'></noscript>",
    "<object data='E/headobject'></object>",
)  # fmt: skip
"""In the head of a page."""
BODIES: Final = (
    "<img src='E/1.png'>", "<img src=x onerror='RUN'>", "<img srcset='E/2.png 1x, E/3.png 2x'>", "<picture><source srcset='E/4.png'><img src='E/5.png'></picture>",
    "<img src='//127.0.0.1:PORT/6.png'>", "<img src='/\\127.0.0.1:PORT/7.png'>", "<img src='HtTp://127.0.0.1:PORT/8.png'>", "<img src=' &#9;h&#10;ttp://127.0.0.1:PORT/9.png'>",
    "<img loading=eager src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"><script>RUN</script><image href=\"E/svgdata.png\"/></svg>'>",
    "<input type=image src='E/10.png'>", "<body background='E/11.png'>", "<table background='E/12.png'><tr><td background='E/13.png'>x</table>",
    "<iframe src='E/14'></iframe>", "<iframe srcdoc=\"<script>parent.RUN</script><img src='E/15.png'>\"></iframe>", "<iframe src='javascript:parent.RUN'></iframe>",
    "<object data='E/16'></object>", "<object data='javascript:RUN'></object>", "<embed src='E/17.swf'>", "<applet code='x.class' codebase='E/'></applet>",
    "<object classid='clsid:x' codebase='E/x.cab'><param name=movie value='E/18.swf'><embed src='E/19.swf'></object>",
    "<video poster='E/20.png' src='E/21.mp4' autoplay muted></video>", "<audio autoplay src='E/22.mp3'></audio>", "<video autoplay muted><source src='E/23.mp4'><track default src='E/24.vtt'></video>",
    "<svg><image href='E/25.png' width=9 height=9 /></svg>", "<svg><image xlink:href='E/26.png' width=9 height=9 /></svg>", "<svg><use href='E/27.svg#a'/></svg>", "<svg onload='RUN'></svg>",
    "<svg><script>RUN</script></svg>", "<svg><script href='E/28.js'/></svg>", "<svg><animate onbegin='RUN' attributeName=x dur=1s></svg>", "<svg><set onbegin='RUN' attributeName=x></svg>",
    "<svg><style>@import 'E/29.css';</style></svg>", "<svg><foreignObject><img src='E/30.png' onerror='RUN'></foreignObject></svg>", "<svg><feImage href='E/31.png'/></svg>",
    "<svg><style>&lt;/style&gt;&lt;script&gt;RUN&lt;/script&gt;&lt;img src='E/32.png'&gt;&lt;meta http-equiv=refresh content='0;url=E/32'&gt;</style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=E/33.png onerror=RUN&gt;&lt;meta http-equiv=refresh content=&quot;0;url=E/33&quot;&gt;'>",
    "<svg></p><style><a id='</style><img src=E/34.png onerror=RUN><meta http-equiv=refresh content=0;url=E/34>'>",
    "<noscript><p title='</noscript><img src=E/35.png onerror=RUN><meta http-equiv=refresh content=0;url=E/35>'></noscript>",
    "<xmp><p title='</xmp><img src=E/36.png onerror=RUN><meta http-equiv=refresh content=0;url=E/36>'></xmp>",
    "<noembed><p title='</noembed><img src=E/37.png onerror=RUN>'></noembed>", "<noframes><p title='</noframes><img src=E/38.png onerror=RUN>'></noframes>",
    "<xmp>&lt;/xmp&gt;&lt;meta http-equiv=refresh content='0;url=E/39'&gt;&lt;script&gt;RUN&lt;/script&gt;</xmp>",
    "<textarea><!--</textarea><img src=E/40.png onerror=RUN>--></textarea>", "<textarea>&lt;/textarea&gt;&lt;meta http-equiv=refresh content='0;url=E/41'&gt;</textarea>",
    "<!--x--!><script>RUN</script><meta http-equiv=refresh content='0;url=E/42'>-->", "<!--><script>RUN</script>-->", "<!-- --\n><meta http-equiv=refresh content='0;url=E/43'>-->",
    "<?xml version='1.0'?><?x ><meta http-equiv=refresh content='0;url=E/44'><script>RUN</script>?>", "<![CDATA[><meta http-equiv=refresh content='0;url=E/45'><script>RUN</script>]]>",
    "<template><img src='E/46.png' onerror='RUN'></template>", "<div><template shadowrootmode=open><img src='E/47.png'><script>RUN</script></template></div>",
    "<a id=l ping='E/48' href='E/49'>x</a>", "<a autofocus tabindex=0 onfocus='RUN' href='javascript:RUN'>x</a>", "<input autofocus onfocus='RUN'>", "<details open ontoggle='RUN'><summary>x</summary></details>",
    "<form id=f action='E/50'><input name=a></form><button form=f formaction='javascript:RUN' autofocus onfocus='this.click()'>x</button>",
    "<marquee onstart='RUN'>x</marquee>", "<p style='background:url(E/51.png)'>x</p>", "<p style='background:u\\72l(E/52.png)'>x</p>", "<p style=\"background:image-set('E/53.png' 1x)\">x</p>",
    "<p style='width:expression(RUN);behavior:url(E/54.htc);-moz-binding:url(E/55.xml#a)'>x</p>", "<p style='content:url(E/56.png)'>x</p>", "<ul style='list-style-image:url(E/57.png)'><li>x</ul>",
    "<p STYLE='background:/**/url( \"E/58.png\" )'>x</p>", "<p style='--a:url(E/59.png);background:var(--a)'>x</p>", "<p style='animation-name:a' onanimationstart='RUN'>x</p><style>@keyframes a{}</style>",
    "<frameset><frame src='E/60'></frameset>", "<portal src='E/61'></portal>", "<fencedframe src='E/62'></fencedframe>", "<link rel=stylesheet href='E/63.css'>", "<meta http-equiv=refresh content='0;url=E/64'>",
    "<meta http-equiv=set-cookie content='a=1'>", "<bgsound src='E/65.mid'>", "<layer src='E/66.js'></layer>", "<image src='E/67.png'>", "<img src='E/68.png' lowsrc='E/69.png' dynsrc='E/70.avi' longdesc='E/71'>",
    "<xml id=x src='E/72.xml'></xml>", "<isindex type=image src='E/73.png' action='javascript:RUN'>", "<keygen autofocus onfocus='RUN'>", "<plaintext><script>RUN</script><img src='E/74.png'>",
)  # fmt: skip
"""In its body. The last swallows what follows."""
WAYS: Final = (*((way, "") for way in HEADS), *(("", way) for way in BODIES))
"""For each way, what stands in the head and what in the body."""


def page(head: str, body: str, report: str = "<p>报告</p>") -> str:
    """A page with these ways; before its head, where no policy is in force yet, it tries some more. Placeholders stand as they are."""
    return (
        "<!--a--!><script>RUN</script>--><!DOCTYPE html><!--b--!><meta http-equiv=refresh content='0;url=E/before'>--><html onclick='RUN'>"
        f"<head><meta charset=utf-8>{head}</head><body onload='RUN' onpageshow='RUN'>{report}{body}<p>尾</p></body></html>"
    )


def addressed(text: str, port: int) -> str:
    """The page with the address of a listener in its ways."""
    return text.replace("RUN", "window.__ran=1").replace("E/", f"http://127.0.0.1:{port}/").replace("PORT", str(port))


@contextlib.contextmanager
def listening(port: int = 0) -> Iterator[tuple[int, list[str]]]:
    """A port of this machine (a free one, or this), and the first lines of what it is asked."""
    asked: list[str] = []
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", port), reuse_port=bool(port) and hasattr(socket, "SO_REUSEPORT")) as server:
        server.settimeout(0.1)

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(1)
                    asked.append(connection.recv(2000).decode("latin-1").partition("\r\n")[0] or "a connection")
                    connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], asked
        finally:
            stop.set()
            thread.join()
