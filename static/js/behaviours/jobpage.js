// The page of one job: says its stages aloud, and opens the transcript when it is there.
export default function jobPage(article) {
  const link = article.querySelector("[data-open]");
  article.addEventListener("sotto:job", ({ detail }) => {
    article.querySelector("[data-aloud]").textContent = detail.words;
    if (!detail.ended) return;
    article.querySelector("[data-while-live]")?.setAttribute("hidden", "");
    article.querySelector("[data-when-ended]").hidden = Boolean(detail.resultUrl);
    if (!detail.resultUrl || !link) return;
    link.href = detail.resultUrl;
    link.hidden = false;
    htmx.process(link);
    link.click();
  });
}
