// Keeps a long list of messages still while items come and go above and below, and says when it nears an end of what is there.

const NEAR_PX = 800;
const PINNED_PX = 48;

export function attach(scroller, owner) {
  const content = scroller.firstElementChild;
  let isPinned = true;
  let lastTop = 0;
  let anchor = null;
  let isAsking = false;

  // Only moving up lets go of the end: when the list has grown below, nobody has moved.
  const remember = () => {
    const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < PINNED_PX;
    if (content.hasAttribute("data-newer")) isPinned = false;
    else if (isAtEnd) isPinned = true;
    else if (scroller.scrollTop < lastTop) isPinned = false;
    lastTop = scroller.scrollTop;
    anchor = null;
    if (isPinned) return;
    for (const item of content.children) {
      if (item.offsetTop + item.offsetHeight <= scroller.scrollTop || !item.id) continue;
      anchor = { item, offset: item.offsetTop - scroller.scrollTop };
      break;
    }
  };

  const hold = () => {
    if (isPinned) scroller.scrollTop = scroller.scrollHeight;
    else if (anchor?.item.isConnected) scroller.scrollTop = anchor.item.offsetTop - anchor.offset;
  };

  // A list that is not laid out has no ends.
  const end = () => scroller.clientHeight === 0 ? null
    : content.hasAttribute("data-older") && scroller.scrollTop < NEAR_PX ? "older"
    : content.hasAttribute("data-newer") && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX ? "newer" : null;

  // Asks until the reader is no longer near an end: who has moved on while an answer was under way would wait for it in vain.
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      for (let near = end(); near && await owner.invokeMethodAsync("ExtendAsync", near === "older"); near = end()) hold();
    } catch {
      // The page has moved on.
    } finally {
      isAsking = false;
    }
  };

  const onScroll = () => {
    remember();
    ask();
  };
  const mutations = new MutationObserver(() => {
    hold();
    ask();
  });
  const sizes = new ResizeObserver(hold);
  scroller.addEventListener("scroll", onScroll, { passive: true });
  mutations.observe(content, { childList: true });
  sizes.observe(content);
  sizes.observe(scroller);
  hold();
  ask();

  return {
    toEnd() {
      isPinned = true;
      hold();
    },
    // Before other messages are put in place of these, until one of them is shown.
    release() {
      isPinned = false;
      anchor = null;
      isAsking = true;
    },
    show(id) {
      isAsking = false;
      const item = document.getElementById(id);
      if (!item) return false;
      isPinned = false;
      item.scrollIntoView({ block: "center" });
      remember();
      item.classList.add("found");
      item.addEventListener("animationend", () => item.classList.remove("found"), { once: true });
      return true;
    },
    detach() {
      mutations.disconnect();
      sizes.disconnect();
      scroller.removeEventListener("scroll", onScroll);
    },
  };
}
