// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// node schemas.mjs FOLDER <objects.json: each object against Kubernetes' own schemas, which the
// packages kubernetes-models and @kubernetes-models/prometheus-operator in FOLDER were made from.
// Prints a line an object: "KIND NAME: ok" or what is wrong; fields that the schemas do not know are wrong.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = process.argv[2] + "/node_modules/";

async function model(object) {
	const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["", object.apiVersion];
	const path = group === "monitoring.coreos.com" ? `@kubernetes-models/prometheus-operator/${group}/${version}` :
		`kubernetes-models/${group ? group + "/" : ""}${version}`;
	const module = await import(pathToFileURL(folder + path + "/index.js"));
	return module[object.kind];
}

/* What a schema never looks at, it does not know. A walk over all keys is a map, whose keys are free. */
function watched(value, path, unseen) {
	if (value === null || typeof value !== "object") return value;
	const inner = Array.isArray(value) ? value.map((v, i) => watched(v, `${path}[${i}]`, unseen)) :
		Object.fromEntries(Object.entries(value).map(([k, v]) => [k, watched(v, `${path}.${k}`, unseen)]));
	if (Array.isArray(value)) return inner;
	for (const key of Object.keys(inner)) unseen.add(`${path}.${key}`);
	const see = key => { unseen.delete(`${path}.${String(key)}`); };
	return new Proxy(inner, {
		get(target, key) { see(key); return target[key]; },
		has(target, key) { see(key); return key in target; },
		ownKeys(target) { Object.keys(target).forEach(see); return Reflect.ownKeys(target); },
	});
}

for (const object of JSON.parse(readFileSync(0, "utf8"))) {
	let said = "ok";
	try {
		const Model = await model(object);
		const unseen = new Set();
		// Not its constructor, which copies everything and so looks at everything.
		const made = Object.create(Model.prototype);
		for (const [key, value] of Object.entries(object)) made[key] = watched(value, key, unseen);
		made.validate();
		if (unseen.size) said = "unknown: " + [...unseen].join(", ");
	} catch (error) {
		said = error.message;
	}
	console.log(`${object.kind} ${object.metadata.name}: ${said}`);
}
