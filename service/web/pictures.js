// Pictures and sounds behind the token: fetched as bytes, shown by object URLs, which are given back.

import { openAsset } from "./client.js";

export class Pictures {
  constructor() {
    /** @type {Map<string, Promise<string>>} */
    this.urls = new Map();
    this.over = new AbortController();
  }

  /**
   * A URL that an element may use until `release`.
   * @param {string} url of an asset
   * @returns {Promise<string>}
   */
  open(url) {
    let opened = this.urls.get(url);
    if (!opened) {
      opened = openAsset(url, { signal: this.over.signal });
      opened.catch(() => this.urls.delete(url));
      this.urls.set(url, opened);
    }
    return opened;
  }

  /**
   * Show an asset in an image, decoded before it is seen. Its frame is marked `shown`, then.
   * @param {HTMLImageElement} image @param {string} url
   */
  async show(image, url) {
    if (image.dataset.asset === url) return;
    image.dataset.asset = url;
    try {
      const source = await this.open(url);
      if (image.dataset.asset !== url) return;
      image.src = source;
      await image.decode();
      image.classList.add("shown");
    } catch {
      if (image.dataset.asset === url) delete image.dataset.asset;
    }
  }

  /** Give everything back. */
  release() {
    this.over.abort();
    for (const opened of this.urls.values()) opened.then(URL.revokeObjectURL, () => undefined);
    this.urls.clear();
  }
}
