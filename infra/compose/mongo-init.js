// Begin the replica set once, and give each service a user that can reach its own database and no other.
// Run by `mongosh` as root, again and again without harm. Passwords come from the environment.
function state() {
  try {
    return rs.status().myState;
  } catch (error) {
    if (error.codeName !== "NotYetInitialized") throw error;
    rs.initiate({ _id: "pijnstad", members: [{ _id: 0, host: "mongo:27017" }] });
    return 0;
  }
}

for (let tries = 0; state() !== 1; tries += 1) {
  if (tries > 60) throw new Error("the replica set has no primary");
  sleep(1000);
}

const admin = db.getSiblingDB("admin");
for (const name of ["identity", "selfcare", "content", "decision", "community", "gateway", "web"]) {
  const user = { pwd: process.env[`PIJNSTAD_MONGO_PASSWORD_${name.toUpperCase()}`], roles: [{ role: "readWrite", db: name }] };
  if (admin.getUser(name) === null) admin.createUser({ user: name, ...user });
  else admin.updateUser(name, user);
}
print("replica set and users are ready");
