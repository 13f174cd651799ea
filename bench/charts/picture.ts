/** The chart for whoever reads the page, by what their browser prefers. */
export const picture = (folder: string, name: string, text: string): string => `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${folder}/${name}-dark.svg">
  <img alt="${text}" src="${folder}/${name}-light.svg">
</picture>`;
