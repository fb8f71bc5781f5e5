"use strict";
// Keeps a page fresh while somebody looks at it: every two seconds one small question moves the
// bars; when a job has moved on, the page is fetched and what carries `data-live` is put in anew.
{
  const address = document.querySelector('meta[name="postflow-progress"]').content;
  const language = document.documentElement.lang || undefined;
  const seen = new Map(); // job id -> [{at, sent}, ...] of the last seconds: its speed
  const WINDOW = 15000;
  let version = null;
  let timer = null;

  const unit = (number, name) => new Intl.NumberFormat(language, {
    style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: number < 10 ? 1 : 0,
  }).format(number);

  const speedText = (perSecond) => perSecond < 1e6
    ? unit(perSecond / 1e3, "kilobyte-per-second")
    : unit(perSecond / 1e6, "megabyte-per-second");

  const timeText = (seconds) => {
    if (seconds < 60) return unit(Math.max(1, Math.round(seconds)), "second");
    if (seconds < 5400) return unit(Math.round(seconds / 60), "minute");
    return unit(seconds / 3600, "hour");
  };

  const speedOf = (job, now) => {
    const points = (seen.get(job.id) || []).filter((point) => now - point.at < WINDOW);
    points.push({ at: now, sent: job.sent });
    seen.set(job.id, points);
    const first = points[0];
    const seconds = (now - first.at) / 1000;
    return seconds > 1 && job.sent > first.sent ? (job.sent - first.sent) / seconds : null;
  };

  const moveBar = (job, now) => {
    const speed = speedOf(job, now) ?? job.speed; // at first: since it was begun
    const bar = document.querySelector(`progress[data-job="${job.id}"]`);
    for (const parts of document.querySelectorAll(`[data-parts="${job.id}"]`)) {
      parts.textContent = job.parts;
    }
    if (!bar) return;
    bar.value = job.sent;
    const percent = job.size ? Math.min(100, Math.floor((job.sent * 100) / job.size)) : 0;
    document.querySelector(`[data-percent="${job.id}"]`).textContent = `${percent} %`;
    if (speed) {
      document.querySelector(`[data-speed="${job.id}"]`).textContent =
        `${speedText(speed)} · ${timeText((job.size - job.sent) / speed)}`;
    }
  };

  const putIn = (fresh) => {
    for (const old of document.querySelectorAll("[data-live]")) {
      const renewed = fresh.getElementById(old.id);
      // What somebody is about to press stays where it is, and what was unfolded stays so.
      if (!renewed || old.contains(document.activeElement)) continue;
      for (const folded of old.querySelectorAll("details[id][open]")) {
        const again = renewed.querySelector(`#${folded.id}`);
        if (again) again.open = true;
      }
      old.replaceWith(renewed);
    }
  };

  const refresh = async () => {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (!answer.ok) return;
    putIn(new DOMParser().parseFromString(await answer.text(), "text/html"));
  };

  const ask = async () => {
    const answer = await fetch(address, { redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      location.reload(); // logged out: the page itself leads to the login
      return;
    }
    if (!answer.ok) return;
    const told = await answer.json();
    // What was still to come when the page was made may have come before this first question.
    const missed = version === null && document.querySelector("[data-awaited]");
    if (missed || (version !== null && told.version !== version)) await refresh();
    version = told.version;
    const now = performance.now();
    told.running.forEach((job) => moveBar(job, now));
  };

  const round = async () => {
    try {
      await ask();
    } catch {
      // The server is away for a moment; the next round asks again.
    }
    timer = document.hidden ? null : setTimeout(round, 2000);
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && timer === null) round();
  });
  round();
}
