function y(s,t,e){for(let[i,n]of Object.entries(t))i.startsWith("on")?s.addEventListener(i.slice(2),n):n===!0?s.setAttribute(i,""):n!==!1&&n!=null&&s.setAttribute(i,n);return s.append(...e),s}var r=(s,t={},...e)=>y(document.createElement(s),t,e);var c=(s,t,e)=>Math.min(e,Math.max(t,s));function v(s,t,e){s.querySelector(".steerscape-slot")?.setAttribute("hidden",""),s.append(r("style",{},e),t)}async function $(s,t){let e=s.querySelector(".steerscape-failed");try{await t,e?.remove()}catch(i){let n=`This could not be loaded (${i.message}). It is tried again with the next change.`,o=e??r("p",{class:"steerscape-failed",role:"alert",style:"font-size: 14px; padding: .5rem 1rem"});throw o.textContent=n,s.append(o),i}}function x(s){let t=new WeakMap;return e=>{let{parentElement:i}=e,n=t.get(i);return n||t.set(i,n=s(e)),$(i,(async()=>n.update(e))()),()=>setTimeout(()=>{i.isConnected||!t.delete(i)||n.dispose()})}}var d=s=>Number.isFinite(s)?s.toLocaleString("en",Math.abs(s)>=1e3?{maximumFractionDigits:0}:{maximumSignificantDigits:3}).replace("-","\u2212"):"not measured";var g=`.nv-root {
  --line: color-mix(in srgb, var(--st-text-color) 16%, transparent);
  --soft: color-mix(in srgb, var(--st-text-color) 72%, transparent);
  --rail: color-mix(in srgb, var(--st-text-color) 20%, transparent);
  --reach: #2a9d74;
  --accent: #ff5c39;
  position: absolute; inset: 0; box-sizing: border-box; overflow: hidden auto;
  color: var(--st-text-color); font: 13px/1.3 var(--st-font, sans-serif);
}
.nv-rows { display: flex; flex-direction: column; gap: 10px; height: 100%; justify-content: space-between; box-sizing: border-box; padding: 1px; }
.nv-head { display: flex; align-items: center; gap: 6px; }
.nv-title { flex: 1; min-width: 0; font-weight: 650; font-size: 14px; line-height: 1.15; cursor: help; }
.nv-mode, .nv-number {
  box-sizing: border-box; height: 27px; border: 1px solid var(--line); border-radius: 7px; padding: 0 4px;
  background: var(--st-secondary-background-color); color: inherit; font: inherit; font-variant-numeric: tabular-nums;
}
.nv-mode { flex: none; width: 94px; cursor: pointer; }
.nv-number { flex: none; width: 62px; text-align: right; appearance: textfield; -moz-appearance: textfield; }
.nv-number::-webkit-inner-spin-button { appearance: none; }
.nv-mode:focus-visible, .nv-number:focus-visible { outline: 2px solid var(--accent); outline-offset: -1px; }
.nv-track { position: relative; height: 22px; margin: 3px 7px 0; }
.nv-rail, .nv-band { position: absolute; top: 8px; height: 6px; border-radius: 3px; }
.nv-rail { left: -7px; right: -7px; background: var(--rail); }
.nv-band { background: var(--reach); transition: left .12s, width .12s; }
.nv-now { position: absolute; top: 4px; width: 2px; height: 14px; margin-left: -1px; background: var(--st-text-color); }
.nv-band[hidden], .nv-now[hidden] { display: none; }
.nv-slider { position: absolute; left: -7px; right: -7px; width: calc(100% + 14px); top: 0; height: 22px; margin: 0; appearance: none; background: none; cursor: grab; }
.nv-slider:active { cursor: grabbing; }
.nv-slider::-webkit-slider-runnable-track { height: 22px; background: none; }
.nv-slider::-moz-range-track { height: 22px; background: none; }
.nv-slider::-webkit-slider-thumb { appearance: none; width: 14px; height: 14px; margin-top: 4px; border-radius: 50%; background: var(--accent); border: 2px solid var(--st-background-color); box-sizing: border-box; box-shadow: 0 0 0 1px var(--accent); }
.nv-slider::-moz-range-thumb { width: 10px; height: 10px; border-radius: 50%; background: var(--accent); border: 2px solid var(--st-background-color); box-shadow: 0 0 0 1px var(--accent); }
.nv-slider:focus-visible { outline: 2px solid var(--accent); border-radius: 8px; }
.nv-slider:disabled { cursor: default; }
[data-mode="free"] .nv-slider::-webkit-slider-thumb { visibility: hidden; }
[data-mode="free"] .nv-slider::-moz-range-thumb { visibility: hidden; }
[data-mode="hold"] .nv-slider::-webkit-slider-thumb { border-radius: 3px; }
[data-mode="hold"] .nv-slider::-moz-range-thumb { border-radius: 3px; }
.nv-foot { display: flex; justify-content: space-between; gap: 8px; color: var(--soft); font-size: 11.5px; font-variant-numeric: tabular-nums; }
.nv-foot span { white-space: nowrap; }
.nv-text { min-width: 0; overflow: hidden; text-overflow: ellipsis; }
.nv-told { flex: none; color: var(--st-text-color); }
.nv-out .nv-text::before { content: "\u26A0 "; }
.nv-compact .nv-title { font-size: 13px; }
.nv-compact .nv-rows { gap: 2px; }
.nv-compact .nv-track { margin-top: 0; height: 18px; }
.nv-compact .nv-rail, .nv-compact .nv-band { top: 6px; }
.nv-compact .nv-now { top: 2px; }
.nv-compact .nv-slider, .nv-compact .nv-slider::-webkit-slider-runnable-track { height: 18px; }
.nv-compact .nv-slider::-webkit-slider-thumb { margin-top: 2px; }
.nv-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: reduce) { .nv-band { transition: none; } }
`;var m=new Map;async function j(s,t){let e=await fetch(new URL(s,document.baseURI),{cache:"force-cache"});if(!e.ok)throw new Error(`the server answered ${e.status} for ${s}`);return{dim:t,returns:new Float32Array(await e.arrayBuffer())}}function w(s,t){if(!m.has(s)){let e=j(s,t);e.catch(()=>m.delete(s)),m.set(s,e)}return m.get(s)}function z(s,{mode:t,value:e},i,{target_tolerance:n,bound_tolerance:o}){return t==="free"?!0:t==="at least"?e-s<=o*i:t==="at most"?s-e<=o*i:Math.abs(s-e)<=n*i}function k({returns:s,dim:t},e,i,n){let[o,a]=[1/0,-1/0];for(let h=0;h<s.length;h+=t){let p=!0;for(let l=0;l<t&&p;l++)l!==n&&(p=z(s[h+l],e[l],i.rows[l].extent,i));p&&(o=Math.min(o,s[h+n]),a=Math.max(a,s[h+n]))}return o<=a?[o,a]:null}var _=[["target","= target"],["at least","\u2265 at least"],["at most","\u2264 at most"],["hold","\u2693 hold"],["free","free"]],A={target:"=","at least":"\u2265","at most":"\u2264",hold:"="},u=s=>d(Math.round(s)),O=0,b=class{constructor({moved:t,chosen:e}){Object.assign(this,{moved:t,chosen:e});let i=`nv-about-${O++}`;this.title=r("span",{class:"nv-title"}),this.about=r("span",{class:"nv-hidden",id:i}),this.mode=r("select",{class:"nv-mode",onchange:()=>this.#n()},..._.map(([n,o])=>r("option",{value:n},o))),this.number=r("input",{type:"number",class:"nv-number","aria-describedby":i,onchange:()=>this.#i()}),this.slider=r("input",{type:"range",class:"nv-slider","aria-describedby":i,oninput:()=>this.#e(),onchange:()=>this.chosen()}),this.band=r("span",{class:"nv-band"}),this.now=r("span",{class:"nv-now"}),this.track=r("div",{class:"nv-track"},r("span",{class:"nv-rail"}),this.band,this.now,this.slider),this.told=r("span",{class:"nv-told"}),this.text=r("span",{class:"nv-text",title:"Measured returns of policies, and predicted ones of blends between neighbours, that keep all other aims"}),this.node=r("div",{class:"nv-row",role:"group"},this.about,r("div",{class:"nv-head"},this.title,this.mode,this.number),this.track,r("div",{class:"nv-foot"},this.text,this.told))}get aim(){return{mode:this.mode.value,value:Number(this.slider.value)}}show(t){this.name=t.name,this.view=t;let{low:e,high:i,step:n,title:o}=t;this.title.textContent=o,this.title.title=t.about,this.about.textContent=`${t.about} Attainable: ${d(e)} to ${d(i)}.`,this.node.setAttribute("aria-label",o),this.node.dataset.name=t.name,this.mode.setAttribute("aria-label",`${o}: what is asked`);for(let a of[this.slider,this.number])Object.assign(a,{min:e,max:i,step:a===this.slider?n:1}),a.value=t.value;this.slider.setAttribute("aria-label",o),this.number.setAttribute("aria-label",`${o}: value`),this.track.title=`${u(e)} to ${u(i)}`,this.mode.value=t.mode,this.now.hidden=t.now==null,t.now!=null&&(this.now.style.left=`${100*this.#t(t.now)}%`),this.told.textContent=t.now==null?"":`measured ${u(t.now)} \xB1 ${u(t.spread)}`,this.told.title=`Mean \xB1 sd over ${t.num} fresh episodes: the tick on the rail`,this.#s()}showBand(t){if(this.node.dataset.band=t?t.map(o=>o.toFixed(1)).join(" "):"",this.band.hidden=!t,!t)this.text.textContent="nothing known does all the rest";else{let{low:o,high:a}=this.view,[h,p]=t.map(l=>100*this.#t(l));Object.assign(this.band.style,{left:`${h}%`,width:`${Math.max(p-h,.8)}%`}),this.text.textContent=`in reach ${t.map(l=>u(c(l,o,a))).join(" \u2026 ")}`}let{mode:e,value:i}=this.aim,n=t&&(e!=="at most"&&i>t[1]||e!=="at least"&&i<t[0]);this.node.classList.toggle("nv-out",e!=="free"&&(!t||n))}words(t){let{mode:e,value:i}=this.aim;return e==="free"?`${this.view.title} free`:`${this.view.title} ${A[e]} ${t(i)}`}#t(t){return c((t-this.view.low)/(this.view.high-this.view.low),0,1)}#e(){this.number.value=this.slider.value,this.#s(),this.moved()}#i(){let t=Number(this.number.value),{low:e,high:i,value:n}=this.view,o=this.number.value===""||!Number.isFinite(t)?n:Math.round(c(t,e,i));this.slider.step=1,this.slider.value=o,this.number.value=o,this.#s(),this.chosen()}#n(){this.mode.value==="hold"&&this.view.now!=null&&(this.slider.step=1,this.slider.value=Math.round(c(this.view.now,this.view.low,this.view.high)),this.number.value=this.slider.value),this.#s(),this.chosen()}#s(){let t=this.mode.value;this.node.dataset.mode=t,this.slider.disabled=this.number.disabled=t==="free"||t==="hold",this.node.style.setProperty("--at",`${100*this.#t(Number(this.slider.value))}%`),this.slider.setAttribute("aria-valuetext",this.words(d))}};var f=class{constructor({parentElement:t}){this.list=r("div",{class:"nv-rows"}),this.spoken=r("div",{class:"nv-hidden","aria-live":"polite"}),this.root=r("div",{class:"nv-root"},this.list,this.spoken),v(t,this.root,g),this.rows=[]}async update({data:t,setTriggerValue:e}){this.send=e,this.view=t,this.root.classList.toggle("nv-compact",!!t.compact);let i=t.rows.map(n=>n.name).join();i!==this.names&&this.#t(i),this.rows.forEach((n,o)=>n.show(t.rows[o]));try{this.reach=await w(t.reach_url,t.rows.length)}catch{this.reach=null}this.view===t&&(this.#e(),this.root.dataset.ready=String(Number(this.root.dataset.ready??0)+1))}#t(t){this.names=t,this.rows=this.view.rows.map(()=>new b({moved:()=>this.#e(),chosen:()=>this.#i()})),this.list.replaceChildren(...this.rows.map(e=>e.node))}#e(){if(!this.reach)return;let t=performance.now(),e=this.rows.map(i=>i.aim);this.rows.forEach((i,n)=>i.showBand(k(this.reach,e,this.view,n))),this.root.dataset.bandMs=(performance.now()-t).toFixed(2)}#i(){this.#e(),this.spoken.textContent=this.rows.map(t=>t.words(d)).join("; "),this.send("aims",Object.fromEntries(this.rows.map(t=>[t.name,t.aim])))}dispose(){}},P=x(s=>new f(s));export{P as default};
