// Asks every second what there is, and touches only what has changed, so that nothing flickers.
const tree = document.getElementById("tree");
const viewer = document.getElementById("viewer");
const live = document.getElementById("live");
const STATUS = { created: "arriving", uploaded: "uploaded", transcoded: "ready" };
let state = { projects: [], folders: [], files: [], stacks: [], comments: [], shares: [] };
let shown = "";

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) { bytes /= 1000; unit += 1; }
  return `${unit ? bytes.toFixed(1) : bytes} ${units[unit]}`;
}

function percent(file) {
  return file.size ? Math.floor((100 * file.received) / file.size) : 0;
}

function chip(file) {
  if (file.failed) return element("span", { class: "chip lost" }, "failed");
  const share = file.status === "created" ? `${STATUS.created} ${percent(file)} %` : STATUS[file.status];
  return element("span", { class: `chip ${file.status}` }, share);
}

function path(address) {
  return new URL(address).pathname;
}

function fileRow(file, depth) {
  const row = element("a", { class: "row", href: path(file.view_url), style: `--depth:${depth}`, title: file.name },
    element("span", { class: "name" }, file.name),
    element("span", { class: "size" }, size(file.size)),
    chip(file));
  if (file.status === "created" && !file.failed) {
    row.append(element("span", { class: "meter" }, element("i", { style: `width:${percent(file)}%` })));
  }
  return row;
}

function folderRow(folder, depth) {
  return element("div", { class: "row folder", style: `--depth:${depth}`, title: folder.name },
    element("span", { class: "name" }, `${folder.name}/`));
}

function stackRow(stack, versions, depth) {
  return element("div", { class: "row stack", style: `--depth:${depth}`, title: stack.name },
    element("span", { class: "name" }, stack.name),
    element("span", { class: "size" }, versions.length === 1 ? "1 version" : `${versions.length} versions`));
}

// The newest version first, as the head of its stack.
function versionsOf(stack) {
  const versions = state.files.filter((file) => file.stack_id === stack);
  return versions.sort((one, other) => other.stack_position - one.stack_position);
}

function byName(one, other) {
  return one.name.localeCompare(other.name, undefined, { numeric: true });
}

function rowsBelow(parent, depth) {
  const rows = [];
  for (const folder of state.folders.filter((each) => each.parent_id === parent).sort(byName)) {
    rows.push([folder.id, folderRow(folder, depth)], ...rowsBelow(folder.id, depth + 1));
  }
  for (const stack of state.stacks.filter((each) => each.parent_id === parent).sort(byName)) {
    const versions = versionsOf(stack.id);
    rows.push([stack.id, stackRow(stack, versions, depth)]);
    for (const file of versions) rows.push([file.id, fileRow(file, depth + 1)]);
  }
  for (const file of state.files.filter((each) => each.parent_id === parent).sort(byName)) {
    rows.push([file.id, fileRow(file, depth)]);
  }
  return rows;
}

function section(id) {
  const known = document.getElementById(`project-${id}`);
  if (known) return known;
  const made = element("section", { id: `project-${id}` },
    element("h2", { class: "project" }), element("div", { class: "rows" }));
  tree.append(made);
  return made;
}

// Rows keep their element as long as what they say is the same.
function lay(list, rows) {
  const known = new Map([...list.children].map((row) => [row.dataset.id, row]));
  rows.forEach(([id, wanted], position) => {
    wanted.dataset.id = id;
    if (wanted.getAttribute("href") === location.pathname) wanted.setAttribute("aria-current", "true");
    const old = known.get(id);
    known.delete(id);
    let row = wanted;
    if (old) {
      row = old;
      if (!old.isEqualNode(wanted)) {
        for (const { name, value } of wanted.attributes) old.setAttribute(name, value);
        if (!wanted.hasAttribute("aria-current")) old.removeAttribute("aria-current");
        const bar = old.querySelector(".meter i");
        const next = wanted.querySelector(".meter i");
        if (bar && next) {
          bar.style.width = next.style.width;
          old.querySelector(".chip").replaceWith(wanted.querySelector(".chip"));
        } else {
          old.replaceChildren(...wanted.childNodes);
        }
      }
    }
    if (list.children[position] !== row) list.insertBefore(row, list.children[position] ?? null);
  });
  for (const gone of known.values()) gone.remove();
}

function drawTree() {
  for (const project of state.projects) {
    const place = section(project.id);
    const heading = place.querySelector(".project");
    if (heading.textContent !== project.name) heading.textContent = project.name;
    const rows = rowsBelow(project.root_folder_id, 0);
    lay(place.querySelector(".rows"), rows.length ? rows : [["empty", element("p", { class: "empty" }, "Nothing has arrived yet.")]]);
  }
  const ids = state.projects.map((project) => `project-${project.id}`);
  for (const place of [...tree.children]) if (!ids.includes(place.id)) place.remove();
}

function media(file) {
  const source = `/_sandbox/media/${file.id}`;
  const kind = (file.media_type ?? "").split("/")[0];
  const sorry = element("p", {}, "This browser cannot play this kind of file. It arrived whole; download it to look at it.");
  if (file.failed) return element("p", {}, "Its source could not be fetched.");
  if (file.status === "created") {
    return element("p", {}, "Waiting for its bytes. It can be played as soon as all of them are here.");
  }
  if (kind === "image") return element("img", { src: source, alt: file.name });
  if (kind !== "video" && kind !== "audio") return sorry;
  const player = element(kind, { src: source, controls: "", preload: "metadata" });
  player.addEventListener("error", () => player.replaceWith(sorry));
  return player;
}

// The address of a stack shows its newest version.
function fileHere() {
  const stack = state.stacks.find((each) => path(each.view_url) === location.pathname);
  return stack ? versionsOf(stack.id)[0] : state.files.find((each) => path(each.view_url) === location.pathname);
}

function drawViewer() {
  if (drawShare()) return;
  const file = fileHere();
  const next = file ? `${file.id} ${file.status}` : "none";
  if (file) {
    document.title = `${file.name} · Sandbox`;
    drawFacts(file, next);
  } else if (shown !== next) {
    document.title = "Sandbox";
    viewer.replaceChildren(element("div", { class: "stage" }, element("p", {}, "Choose a file to play it.")));
  }
  shown = next;
}

function versionOf(file) {
  const versions = versionsOf(file.stack_id);
  const newest = versions[0].id === file.id ? ", the newest" : "";
  return `${versions.length - versions.indexOf(file)} of ${versions.length}${newest}`;
}

function sharesOf(file) {
  return state.shares.filter((share) => share.asset_ids.some((id) => id === file.id || id === file.stack_id));
}

function commentsOf(file) {
  const said = state.comments.filter((comment) => comment.file_id === file.id);
  const threads = said.filter((comment) => !comment.parent_id).map((comment) =>
    element("li", { class: comment.completed ? "comment done" : "comment" }, ...sentence(comment),
      ...said.filter((reply) => reply.parent_id === comment.id).map((reply) =>
        element("p", { class: "reply" }, ...sentence(reply)))));
  return threads.length ? [element("ul", { class: "comments", "aria-label": "Comments" }, ...threads)] : [];
}

function sentence(comment) {
  const place = comment.timestamp === null ? [] : [element("span", { class: "small" }, ` frame ${comment.timestamp}`)];
  return [element("b", {}, comment.owner), ...place, element("br"), comment.text];
}

function drawShare() {
  const share = state.shares.find((each) => path(each.url) === location.pathname);
  if (!share) return false;
  const things = [...state.folders, ...state.stacks, ...state.files].filter((each) => share.asset_ids.includes(each.id));
  document.title = `${share.name} · Sandbox`;
  const made = element("div", { class: "about" },
    element("h1", { class: "title" }, share.name),
    element("p", { class: "place" }, "A share, as its reviewers would open it"),
    element("ul", { class: "comments", "aria-label": "Shared" }, ...things.map((each) =>
      element("li", { class: "comment" }, element("a", { href: path(each.view_url) }, each.name)))));
  if (!viewer.firstElementChild?.isEqualNode(made)) viewer.replaceChildren(made);
  shown = `share ${share.id}`;
  return true;
}

function drawFacts(file, next) {
  const before = shown.split(" ");
  const playing = before[0] === file.id && before[1] !== "created" && file.status !== "created";
  const stage = playing ? viewer.querySelector(".stage") : element("div", { class: "stage" }, media(file));
  const facts = [
    ["Status", chip(file)],
    ["Size", `${size(file.size)} (${file.size.toLocaleString("en")} bytes)`],
    ["Type", file.media_type ?? "not known"],
    ["Created", new Date(file.created_at).toLocaleString()],
    ["Id", element("code", {}, file.id)],
    ...(file.stack_id ? [["Version", versionOf(file)]] : []),
    ...sharesOf(file).map((share) => ["Share", element("a", { href: path(share.url) }, share.name)]),
  ];
  const about = element("div", { class: "about" },
    element("h1", { class: "title" }, file.name),
    element("p", { class: "place" }, [file.project, ...file.folder.split("/").filter(Boolean)].join(" / ")),
    element("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])));
  if (file.status !== "created") {
    about.append(element("a", { class: "download", href: `/_sandbox/media/${file.id}?download` }, "Download"));
  }
  about.append(...commentsOf(file));
  const old = viewer.querySelector(".about");
  if (!playing && (shown !== next)) viewer.replaceChildren(stage, about);
  else if (!old?.isEqualNode(about)) old?.replaceWith(about);
}

function draw() {
  drawTree();
  drawViewer();
}

async function look() {
  try {
    const answer = await fetch("/_sandbox/state");
    state = await answer.json();
    const count = state.files.length;
    say(`${count} ${count === 1 ? "file" : "files"}`, false);
    draw();
  } catch {
    say("the sandbox does not answer", true);
  }
  setTimeout(look, 1000);
}

function say(text, lost) {
  if (live.textContent !== text) live.textContent = text;
  live.classList.toggle("lost", lost);
}

tree.addEventListener("click", (event) => {
  const row = event.target.closest("a.row");
  if (!row || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", row.getAttribute("href"));
  draw();
  if (matchMedia("(max-width: 820px)").matches) scrollTo({ top: 0, behavior: "smooth" });
});
addEventListener("popstate", draw);
look();
