-- operation: finalize_calc_order
-- does: takes every order of the cart to the checkout
select id as order_id
from raw_i3d.calc_orders
where not is_deleted and not coalesce(finalized, false)
order by id
