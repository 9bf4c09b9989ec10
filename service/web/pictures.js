// Pictures in their places: loaded by addresses that need no token, decoded before they are seen.

import { addressOf } from "./addresses.js";

export class Pictures {
  constructor() {
    this.over = new AbortController();
  }

  /**
   * Show an asset in an image, decoded before it is seen. Its frame is marked `shown`, then.
   * @param {HTMLImageElement} image @param {string} url
   */
  async show(image, url) {
    if (image.dataset.asset === url) return;
    image.dataset.asset = url;
    try {
      const address = await addressOf(url);
      if (image.dataset.asset !== url || this.over.signal.aborted) return;
      image.src = address;
      await image.decode();
      image.classList.add("shown");
    } catch {
      if (image.dataset.asset === url) delete image.dataset.asset;
    }
  }

  /** Nothing more is shown. */
  release() {
    this.over.abort();
  }
}
